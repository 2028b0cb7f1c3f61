namespace Agent.Domain.Tests;

/// <summary>When a suspicion is believed or dropped, at the edges of the times and counts that decide it.</summary>
public sealed class SettlingBoundsTests
{
    private const string Hung = FaultCodes.EngineHung;
    private static readonly Subject Qwen = Subject.Engine("qwen");

    private readonly Scene _scene = new();

    [Theory]
    [InlineData(0, IncidentState.Suspected)]
    [InlineData(1, IncidentState.Dismissed)]
    public void A_suspicion_is_dropped_by_a_look_that_is_newer_than_it(int milliseconds, IncidentState state)
    {
        Suspicion(Hung);
        Later(milliseconds / 1000.0).See("engine-verdict", Scene.Deepseek);
        _scene.Incidents[0].State.ShouldBe(state);
    }

    [Theory]
    [InlineData(1, IncidentState.Suspected)]
    [InlineData(599, IncidentState.Suspected)]
    [InlineData(600, IncidentState.Suspected)]
    [InlineData(601, IncidentState.Dismissed)]
    public void A_suspicion_that_nobody_can_look_at_again_is_dropped_after_ten_minutes(int seconds, IncidentState state)
    {
        Suspicion(Hung, sightings: 5);
        Later(seconds).See("engine-verdict", Scene.Deepseek, verdict: Verdict.CouldNotLook);
        _scene.Incidents[0].State.ShouldBe(state);
        if (state == IncidentState.Dismissed)
            _scene.Incidents[0].Reason.ShouldBe("could not be looked at again for 10m");
    }

    public static TheoryData<string, Subject, int, int, bool> Flaps() => new()
    {
        { Hung, Scene.Deepseek, 3, 3599, true },
        { Hung, Scene.Deepseek, 4, 3599, true },
        { Hung, Scene.Deepseek, 2, 3599, false },
        { Hung, Scene.Deepseek, 3, 3600, false },
        { Hung, Scene.Deepseek, 3, 3601, false },
        { FaultCodes.EngineNotServing, Scene.Deepseek, 3, 60, false },
        { Hung, Qwen, 3, 60, false },
    };

    [Theory]
    [MemberData(nameof(Flaps))]
    public void What_came_and_went_three_times_in_an_hour_is_believed_at_its_next_sight(string fault, Subject subject, int times, int secondsAgo, bool believed)
    {
        _scene.Now = Scene.Start.AddHours(2);
        for (var i = 0; i < times; i++)
            _scene.Incidents.Add(Some.Incident($"old{i}", fault, subject, IncidentState.Dismissed, _scene.Now.AddSeconds(-secondsAgo)));
        _scene.See("engine-verdict", Scene.Deepseek, Hung);
        var incident = _scene.Only;
        incident.ConfirmedAt.HasValue.ShouldBe(believed);
        if (believed)
            _scene.Last.Changes.Select(c => c.Event).OfType<Confirmed>().Single().Reason.ShouldBe($"flapping: came and went {times} times in 1h");
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void What_leaves_no_doubt_waits_for_its_causes_no_longer_than_its_own_time(int milliseconds, bool believed)
    {
        Suspicion(FaultCodes.EngineExited);
        _scene.Show("engine-verdict", Scene.Deepseek, FaultCodes.EngineExited);
        _scene.Now += FaultCatalog.Default[FaultCodes.EngineExited].ConfirmAfter + TimeSpan.FromMilliseconds(milliseconds);
        _scene.Decide();
        _scene.Only.ConfirmedAt.HasValue.ShouldBe(believed);
        _scene.Only.Sightings.ShouldBe(1);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void A_look_for_a_cause_counts_if_it_began_no_earlier_than_the_suspicion(int milliseconds, bool believed)
    {
        Suspicion(FaultCodes.EngineExited);
        _scene.Show("engine-verdict", Scene.Deepseek, FaultCodes.EngineExited);
        var began = _scene.Now.AddMilliseconds(milliseconds);
        Later(0.5).Show("chip-health", Subject.Host, began: began).See("driver-unit", Subject.Driver, began: began);
        _scene.Only.ConfirmedAt.HasValue.ShouldBe(believed);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public void A_fault_is_over_when_it_was_not_seen_for_as_long_as_it_takes_to_be_believed(int milliseconds, bool open)
    {
        // One healthy look between two faulty ones ends nothing.
        _scene.Incidents.Add(Some.Incident("mine", FaultCodes.ChipWarning, Scene.Chip0, IncidentState.Confirmed, Scene.Start));
        _scene.Show("chip-health", Scene.Chip0);
        _scene.Now += FaultCatalog.Default[FaultCodes.ChipWarning].ConfirmAfter + TimeSpan.FromMilliseconds(milliseconds);
        _scene.Decide();
        _scene.Only.IsOpen.ShouldBe(open);
    }

    private void Suspicion(string fault, int sightings = 1) =>
        _scene.Incidents.Add(Some.Incident("mine", fault, Scene.Deepseek, IncidentState.Suspected, Scene.Start) with { Sightings = sightings });

    private Scene Later(double seconds)
    {
        _scene.Now += TimeSpan.FromSeconds(seconds);
        return _scene;
    }
}
