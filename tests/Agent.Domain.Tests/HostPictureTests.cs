namespace Agent.Domain.Tests;

/// <summary>What the picture takes in, how long it says the same, and what it forgets.</summary>
public sealed class HostPictureTests
{
    private static readonly DateTimeOffset At = Scene.Start;
    private static readonly Observation Well = Some.Observation("p", Scene.Chip0, At);
    private static readonly Observation Faulty = Well with { Verdict = Verdict.Faulty, Fault = FaultCodes.ChipMemoryHeld };

    [Theory]
    [InlineData(-59, false)]
    [InlineData(-60, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void A_look_that_is_less_than_a_minute_older_came_late_and_every_other_is_the_present(double seconds, bool isTaken)
    {
        var picture = HostPicture.Empty.With(Well).With(Well with { At = At.AddSeconds(seconds), Summary = "another" });
        picture.Find("p", Scene.Chip0)!.Summary.ShouldBe(isTaken ? "another" : "well");
    }

    [Fact]
    public void Looks_are_counted_for_as_long_as_verdict_and_fault_are_the_same()
    {
        (Verdict Verdict, string? Fault, int Looks)[] looks =
        [
            (Verdict.Healthy, null, 1),
            (Verdict.Healthy, null, 2),
            // Only the verdict is another.
            (Verdict.CouldNotLook, null, 1),
            (Verdict.CouldNotLook, null, 2),
            // Only the fault is another.
            (Verdict.CouldNotLook, FaultCodes.ChipMemoryHeld, 1),
            (Verdict.Faulty, FaultCodes.ChipMemoryHeld, 1),
            (Verdict.Faulty, FaultCodes.ChipsLost, 1),
            (Verdict.Faulty, FaultCodes.ChipsLost, 2),
        ];
        var (picture, since) = (HostPicture.Empty, At);
        foreach (var (look, second) in looks.Select((look, second) => (look, second)))
        {
            var now = At.AddSeconds(second);
            picture = picture.With(Well with { Verdict = look.Verdict, Fault = look.Fault, At = now });
            since = look.Looks == 1 ? now : since;
            (picture.Looks("p", Scene.Chip0), picture.Since("p", Scene.Chip0)).ShouldBe((look.Looks, since), $"{second}: {look}");
        }

        (picture.Looks("p", Scene.Chip1), picture.Since("p", Scene.Chip1)).ShouldBe((0, null), "nobody looked at that one");
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void What_was_seen_of_a_subject_before_its_recovery_ended_is_forgotten(double endedAfter, bool isForgotten)
    {
        var other = Some.Observation("p", Scene.Chip1, At);
        var picture = HostPicture.Empty.With(Faulty).With(other).Without(s => s == Scene.Chip0, At.AddSeconds(endedAfter));
        (picture.Find("p", Scene.Chip0) is null, picture.Find("p", Scene.Chip1)).ShouldBe((isForgotten, other));
    }

    [Theory]
    [InlineData("host", Verdict.Healthy)]
    [InlineData("chip:0/0", Verdict.Faulty)]
    public void Each_probe_and_subject_has_a_newest_look_of_its_own(string subject, Verdict verdict)
    {
        Subject.TryParse(subject, out var about).ShouldBeTrue();
        var picture = HostPicture.Empty.With(Some.Observation("p", Subject.Host, At)).With(Faulty).With(Some.Observation("q", Scene.Chip0, At));
        picture.Find("p", about)!.Verdict.ShouldBe(verdict);
        picture.All.Count().ShouldBe(3);
    }

    [Fact]
    public void A_figure_that_is_no_number_is_left_out_and_the_others_stay()
    {
        Observation With(params (string Name, double Value)[] measures) =>
            Well with { Measures = measures.ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal) };

        With(("watts", 70), ("celsius", double.NaN), ("hertz", double.PositiveInfinity), ("bytes", double.NegativeInfinity)).Measures
            .ShouldBe(new Dictionary<string, double> { ["watts"] = 70 });
        With(("watts", 70), ("celsius", 0)).Measures.ShouldBe(new Dictionary<string, double> { ["watts"] = 70, ["celsius"] = 0 });
        With(("celsius", double.NaN)).Measures.ShouldBeEmpty();
        Well.Measures.ShouldBeEmpty();
    }
}
