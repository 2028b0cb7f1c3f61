namespace Agent.Domain.Tests;

/// <summary>
/// What of the picture is shown as the present: "host@0 chip:0/0@0" are subjects with the second of the look that saw them, "!" one that
/// broke off. A look of the probes named here sees all of its subjects at once.
/// </summary>
public sealed class PresentPictureTests
{
    private const int Seconds = 20;

    [Theory]
    [InlineData("a host@0 chip:0/0@0 chip:1/0@0", "a host, a chip:0/0, a chip:1/0")]
    // A chip that its newest look leaves out where it names another is gone.
    [InlineData("a host@10 chip:0/0@10 chip:1/0@0", "a host, a chip:0/0")]
    [InlineData("a driver@10 chip:0/0@10 chip:1/0@0", "a driver, a chip:0/0")]
    // A look that got no answer names none: what was seen before is not the present, and it says of no chip that it is gone.
    [InlineData("a host@10 chip:0/0@0; b chip:0/0@0", "a host, b chip:0/0")]
    // A probe of chips alone looks at each for itself.
    [InlineData("a chip:0/0@10 chip:1/0@0", "a chip:0/0, a chip:1/0")]
    // All that was seen of a chip that is gone went with it, by whatever probe; what was seen later is news.
    [InlineData("a host@10 chip:0/0@10 chip:1/0@0; b chip:0/0@5 chip:1/0@5", "a host, a chip:0/0, b chip:0/0")]
    [InlineData("a host@10 chip:0/0@10 chip:1/0@0; b chip:1/0@10", "a host, a chip:0/0, b chip:1/0")]
    [InlineData("a host@10 chip:0/0@10 chip:1/0@0; b chip:1/0@15", "a host, a chip:0/0, b chip:1/0")]
    // Two tables miss it: the later one counts.
    [InlineData("a host@10 chip:0/0@10 chip:1/0@0; b host@15 chip:0/0@15 chip:1/0@0; c chip:1/0@12", "a host, a chip:0/0, b host, b chip:0/0")]
    [InlineData("a host@10 chip:0/0@10 chip:1/0@0; b host@15 chip:0/0@15 chip:1/0@0; c chip:1/0@15", "a host, a chip:0/0, b host, b chip:0/0, c chip:1/0")]
    // A look that broke off names some chips and says nothing of the others; by the next whole one it is over.
    [InlineData("a !host@10 chip:0/0@10 chip:1/0@0; b chip:1/0@5", "a host, a chip:0/0, b chip:1/0")]
    [InlineData("a !driver@10 chip:0/0@10 chip:1/0@0; b chip:1/0@5", "a driver, a chip:0/0, b chip:1/0")]
    [InlineData("a !driver@5 host@10 chip:0/0@10 chip:1/0@0; b chip:1/0@5", "a host, a chip:0/0")]
    // A chip that could not be looked at broke off no look.
    [InlineData("a host@10 !chip:0/0@10 chip:1/0@0; b chip:1/0@5", "a host, a chip:0/0")]
    // An engine is no chip of a table.
    [InlineData("a host@10 chip:0/0@10 engine:x@0; b engine:x@5", "a host, a chip:0/0, b engine:x")]
    [InlineData("a host@10 engine:x@10 chip:1/0@0; b chip:1/0@5", "a host, a engine:x, b chip:1/0")]
    public void What_the_newest_look_of_a_probe_left_out_is_not_shown(string looks, string shown)
    {
        var picture = looks.Split("; ").SelectMany(Looks).Aggregate(HostPicture.Empty, (known, seen) => known.With(seen));
        Shown(picture).ShouldBe(shown.Split(", "), ignoreOrder: true);
    }

    [Fact]
    public void A_look_is_as_new_as_its_beginning()
    {
        var host = Seen("a", "host", 15) with { Began = Scene.Start.AddSeconds(10) };
        PresentPicture.BeganAt(host).ShouldBe(Scene.Start.AddSeconds(10));
        PresentPicture.BeganAt(host with { Began = null }).ShouldBe(Scene.Start.AddSeconds(15));
        // The look of a chip is told at another second than that of the host, by one and the same look.
        var chip = Seen("a", "chip:0/0", 12) with { Began = host.Began };
        Shown(HostPicture.Empty.With(host).With(chip)).ShouldBe(["a host", "a chip:0/0"], ignoreOrder: true);
        Shown(HostPicture.Empty.With(host with { Began = null }).With(chip)).ShouldBe(["a host"]);
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(19, false)]
    public void What_is_stale_is_not_shown(double validFor, bool isShown)
    {
        var picture = HostPicture.Empty.With(Seen("a", "chip:0/0", 0) with { ValidFor = TimeSpan.FromSeconds(validFor) });
        picture.Present(Scene.Start.AddSeconds(Seconds)).Any().ShouldBe(isShown);
    }

    private static List<string> Shown(HostPicture picture) =>
        [.. picture.Present(Scene.Start.AddSeconds(Seconds)).Select(o => $"{o.Probe} {o.Subject}")];

    private static IEnumerable<Observation> Looks(string probe)
    {
        var words = probe.Split(' ');
        return words.Skip(1).Select(word => word.Split('@')).Select(seen => Seen(words[0], seen[0], int.Parse(seen[1], null)));
    }

    private static Observation Seen(string probe, string subject, int second)
    {
        Subject.TryParse(subject.TrimStart('!'), out var about).ShouldBeTrue(subject);
        return Some.Observation(probe, about, Scene.Start.AddSeconds(second)) with
        {
            Verdict = subject[0] == '!' ? Verdict.CouldNotLook : Verdict.Healthy,
        };
    }
}
