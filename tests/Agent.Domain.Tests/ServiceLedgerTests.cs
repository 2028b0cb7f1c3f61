using Agent.Domain.Availability;

namespace Agent.Domain.Tests;

/// <summary>The fold of looks into spans, where scripts of a whole host say too little.</summary>
public sealed class ServiceLedgerTests
{
    private const string Boot = "boot";
    private static readonly DateTimeOffset Start = Scene.Start;

    private readonly List<ServiceSpan> _closed = [];
    private ServiceTrack? _track;

    [Theory]
    [InlineData(599, ServiceState.Unknown)]
    [InlineData(600, ServiceState.Up)]
    public void A_run_that_never_proves_its_work_is_up_again_after_a_while_and_was_unknown_until_it_was_seen(int seconds, ServiceState state)
    {
        See(0, Up());
        TakeUp(100, seenAt: 60);
        See(102, Up());
        See(102 + seconds, Up());
        _track!.Open.State.ShouldBe(state);
        if (state == ServiceState.Up)
            Spans().ShouldBe([(0, 60, ServiceState.Up), (60, 102, ServiceState.Unknown), (102, 702, ServiceState.Up)]);
    }

    [Theory]
    [InlineData(60, ServiceState.Unknown)]
    [InlineData(61, ServiceState.Up)]
    public void Work_proves_service_only_if_it_was_done_after_the_gap_began(int workedSince, ServiceState state)
    {
        See(0, Up());
        TakeUp(100, seenAt: 60);
        See(102, Up() with { WorkedSince = Start.AddSeconds(workedSince) });
        _track!.Open.State.ShouldBe(state);
    }

    [Fact]
    public void Looks_that_stop_leave_what_follows_the_last_one_unknown()
    {
        See(0, Up());
        See(10, Up());
        See(21, Unknown());
        See(40, Up() with { Run = "another" });
        Spans().ShouldBe([(0, 10, ServiceState.Up), (10, 40, ServiceState.Unknown), (40, 40, ServiceState.Up)]);
    }

    [Theory]
    [InlineData(-100, 0)]
    [InlineData(4, 4)]
    [InlineData(500, 10)]
    public void An_outage_begins_within_the_time_that_was_taken_for_service(int begun, int from)
    {
        See(-200, Down(ServiceReason.Dead));
        See(0, Up());
        See(10, Down(ServiceReason.Hung) with { Begun = Start.AddSeconds(begun) });
        (_track!.Open.From - Start).TotalSeconds.ShouldBe(from);
    }

    [Theory]
    [InlineData(ServiceReason.Starting, ServiceState.Planned)]
    [InlineData(ServiceReason.NotRunning, ServiceState.Planned)]
    [InlineData(ServiceReason.Failed, ServiceState.Down)]
    public void A_first_start_is_planned_until_it_fails(ServiceReason why, ServiceState state)
    {
        See(0, Down(ServiceReason.NotRunning));
        See(10, Down(why));
        _track!.Open.State.ShouldBe(state);
    }

    [Theory]
    [InlineData(ServiceReason.Starting)]
    [InlineData(ServiceReason.NotRunning)]
    public void A_first_start_is_planned_also_after_a_look_that_knew_nothing_yet(ServiceReason why)
    {
        See(0, Unknown());
        See(1, Down(why));
        See(60, Up());
        Spans().ShouldBe([(0, 1, ServiceState.Unknown), (1, 60, ServiceState.Planned), (60, 60, ServiceState.Up)]);
    }

    [Fact]
    public void A_first_start_goes_on_through_a_restart_of_the_agent()
    {
        See(0, Down(ServiceReason.Starting));
        TakeUp(100, seenAt: 60);
        See(110, Down(ServiceReason.Starting));
        Spans().ShouldBe([(0, 110, ServiceState.Planned)]);
    }

    [Fact]
    public void An_outage_keeps_what_began_it_and_takes_the_newest_name_of_its_incident()
    {
        See(0, Up() with { Load = new RequestLoad(3, 1) });
        See(10, Down(ServiceReason.Dead) with { Incident = new OutageIncident("a", "engine-exited", null) });
        See(20, Down(ServiceReason.Starting) with { Incident = new OutageIncident("a", "chip-lost", Start.AddSeconds(15)) });
        See(30, Down(ServiceReason.Starting));
        var open = _track!.Open;
        (open.Why, open.Incident, open.Fault, open.DetectedAt, open.Lost!.AtBegin)
            .ShouldBe((ServiceReason.Dead, "a", "chip-lost", Start.AddSeconds(15), new RequestLoad(3, 1)));
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public void A_boot_whose_clock_is_wrong_counts_no_second_twice(int wrongBy)
    {
        See(0, Up());
        See(7200, Up());
        var began = Start.AddSeconds(7300 + wrongBy);
        var change = ServiceLedger.TakenUp(_track!.Open, null, Start.AddSeconds(7200), "next", began, began.AddSeconds(10));
        Take(change);
        Take(ServiceLedger.Next(_track, Down(ServiceReason.NotRunning) with { At = began.AddSeconds(10) }, "next"));
        Take(ServiceLedger.Next(_track, Up() with { At = began.AddSeconds(50) }, "next"));
        var figures = AvailabilityFigures.Of([.. _closed, _track!.Open], Start, Start.AddDays(1), null);
        figures.Down.TotalSeconds.ShouldBe(50);
        figures.Up.TotalSeconds.ShouldBe(wrongBy > 0 ? 7200 : 3700);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Requests_that_the_agent_ended_belong_to_the_outage_whatever_is_seen_first(bool isSeenBefore)
    {
        See(0, Up());
        if (isSeenBefore)
            See(10, Down(ServiceReason.NotRunning));
        _track = _track!.Aborted(4);
        See(12, Down(ServiceReason.NotRunning));
        _track!.Open.Lost!.AbortedByAgent.ShouldBe(4);
    }

    private static ServiceSight Up() => new(Scene.Deepseek, Start, ServiceState.Up, ServiceReason.Serves) { Run = "run" };

    private static ServiceSight Unknown() => new(Scene.Deepseek, Start, ServiceState.Unknown, ServiceReason.NotLookedAt);

    private static ServiceSight Down(ServiceReason why) => new(Scene.Deepseek, Start, ServiceState.Down, why) { Run = "run" };

    private void See(int second, ServiceSight sight) => Take(ServiceLedger.Next(_track, sight with { At = Start.AddSeconds(second) }, Boot));

    private void TakeUp(int second, int seenAt) =>
        Take(ServiceLedger.TakenUp(_track!.Open, null, Start.AddSeconds(seenAt), Boot, Start.AddDays(-1), Start.AddSeconds(second)));

    private void Take(ServiceChange change)
    {
        _closed.RemoveAll(s => s.Number >= change.Track.Open.Number);
        _closed.AddRange(change.Closed);
        _track = change.Track;
    }

    private IEnumerable<(double From, double To, ServiceState State)> Spans() =>
        _closed.Append(_track!.Open).Select(s => ((s.From - Start).TotalSeconds, (s.To - Start).TotalSeconds, s.State));
}
