using Agent.Adapters.NpuSmi;
using Agent.Domain.Engines;
using Agent.Engines.Runs;
using Agent.Probes.Npu;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Probes;

/// <summary>What the chips of one engine tell of it, look after look. A look is the AI-core loads of its chips.</summary>
public sealed class ChipTrackTests
{
    private static readonly EngineRun Run = new(4711, 1, "boot", DateTimeOffset.UnixEpoch, "/log", "vllm serve m");

    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData("98 0|98 0|98 0", 2, 1, 1, false, 3)]
    [InlineData("98 0|98 0|50 50|98 0", 2, 1, 1, false, 1)]
    // One replica reads a long prompt, the other has nothing to do.
    [InlineData("98 0|98 0|98 0", 1, 1, 2, false, 0)]
    // Experts are spread over the replicas: they wait for each other in every layer.
    [InlineData("98 0|98 0|98 0", 1, 1, 2, true, 3)]
    // A spare chip.
    [InlineData("98 0|98 0|98 0", 1, 1, 1, false, 0)]
    [InlineData("98 98 0|98 97 0|98 98 0", 2, 1, 1, false, 0)]
    // Pipeline stages take turns.
    [InlineData("98 0|98 0|98 0", 1, 2, 1, false, 0)]
    [InlineData("98 98 0 0|98 98 0 0", 2, 2, 1, false, 0)]
    [InlineData("98 98 98 0|98 98 98 0", 2, 1, 2, false, 2)]
    public void Uneven_loads_count_among_ranks_that_wait_for_each_other(string looks, int tensor, int pipeline, int replicas, bool experts, int counted) =>
        Take(new ChipTrack(_clock), looks, new RankLayout(tensor, pipeline, replicas, experts)).UnevenAt.Count.ShouldBe(counted);

    [Fact]
    public void Without_a_layout_nothing_is_said_of_uneven_loads()
    {
        var sign = Take(new ChipTrack(_clock), "98 0|98 0|98 0", null);
        sign.UnevenAt.ShouldBeEmpty();
        sign.Computes.ShouldBeTrue();
    }

    [Theory]
    [InlineData("0 0|0 0|0 0", false, null)]
    [InlineData("0 0|0 0|0 0", true, null)]
    [InlineData("0 0|0 0|0 0|0 0|0 0|0 0|0 0|0 0", true, false)]
    [InlineData("0 0|0 0|0 0|0 0|0 0|0 0|0 0|0 0", false, null)]
    [InlineData("0 0|0 0|0 0|0 0|0 0|0 0|0 0|0 0|3 0", true, true)]
    [InlineData("25 25|0 0|0 0|0 0|0 0|0 0|0 0|0 0|0 0", true, true)]
    public void Whether_an_idle_AI_core_means_anything_is_learned(string looks, bool works, bool? canTell) =>
        Take(new ChipTrack(_clock), looks, null, works).CanTell.ShouldBe(canTell);

    [Fact]
    public void Idle_looks_are_told_with_their_times_and_begin_anew_with_a_run()
    {
        var track = new ChipTrack(_clock);
        var sign = Take(track, "40 40|0 0|0 0|0 0", null);
        sign.IdleAt.Count.ShouldBe(3);
        (sign.IdleLooks, sign.IdleFor).ShouldBe((3, TimeSpan.FromSeconds(10)));
        (sign.At - sign.IdleAt[0]).ShouldBe(TimeSpan.FromSeconds(10));
        track.Take(Run with { ProcessId = 4712 }, Rows("0 0"), () => null, works: false, holdsMemory: true).IdleAt.Count.ShouldBe(1);
    }

    private ChipSign Take(ChipTrack track, string looks, RankLayout? layout, bool works = false)
    {
        ChipSign? sign = null;
        foreach (var look in looks.Split('|'))
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            sign = track.Take(Run, Rows(look), () => layout, works, holdsMemory: true);
        }

        return sign!;
    }

    private static ChipRow[] Rows(string look) => [.. look.Split(' ').Select((percent, chip) => new ChipRow(chip,
        0) { AiCorePercent = int.Parse(percent, System.Globalization.CultureInfo.InvariantCulture), HbmMb = new(59000, 65536) })];
}
