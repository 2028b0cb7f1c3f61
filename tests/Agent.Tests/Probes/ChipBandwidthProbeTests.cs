using Agent.Adapters.NpuSmi;
using Agent.Domain.Observations;
using Agent.Probes.Npu;

namespace Agent.Tests.Probes;

public sealed class ChipBandwidthProbeTests
{
    private const string Figure = "memory_bandwidth_utilization_ratio";
    private readonly SmallBoard _board = new();

    [Fact]
    public async Task The_use_of_the_bandwidth_is_a_share_and_no_fault()
    {
        _board.Say("info -t usages -i 0", "\tNPU ID : 0\n\tChip Count : 1\n\n\tHBM Capacity(MB) : 65536\n\tAicore Usage Rate(%) : 97\n"
            + "\tHBM Bandwidth Usage Rate(%) : 100\n\tChip ID : 0\n");
        var seen = (await LookAsync()).Single(o => o.Subject == Subject.Chip(0, 0));
        seen.Measures[Figure].ShouldBe(1);
        seen.Verdict.ShouldBe(Verdict.Healthy);
        seen.Fault.ShouldBeNull();
    }

    [Fact]
    public async Task A_chip_that_does_not_tell_it_has_no_figure()
    {
        _board.Say("info -t usages -i 0", Captures.Read("ascend/npu-smi_info-t-usages_A3_short.txt"));
        var seen = (await LookAsync()).Single(o => o.Subject == Subject.Chip(0, 0));
        seen.Verdict.ShouldBe(Verdict.Healthy);
        seen.Measures.ShouldBeEmpty();
        seen.Summary.ShouldContain("does not tell");
    }

    [Fact]
    public async Task No_answer_is_no_figure() =>
        (await LookAsync()).Single(o => o.Subject == Subject.Chip(1, 0)).Verdict.ShouldBe(Verdict.CouldNotLook);

    // The 910A prints one for its DDR too, the 310P has no HBM, the 950 prints no number of the chip.
    [Theory]
    [InlineData("910A_23.0.5", "0: 0")]
    [InlineData("950_doc", "0: 3")]
    [InlineData("310P3-Duo_25.5.1", "0: none; 1: none")]
    [InlineData("A3_short", "0: none; 1: none")]
    public void It_is_read_from_every_capture(string capture, string expected) =>
        string.Join("; ", ChipLoad.BandwidthPercent(Captures.Read($"ascend/npu-smi_info-t-usages_{capture}.txt"))
            .Select(c => $"{c.Key}: {c.Value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}")).ShouldBe(expected);

    [Fact]
    public void Without_hbm_it_is_that_of_the_memory_there_is() =>
        ChipLoad.BandwidthPercent("Memory Capacity(MB) : 21527\nAicore Usage Rate(%) : 3\nMemory Bandwidth Usage Rate(%) : 12\nChip ID : 1\n")[1].ShouldBe(12);

    private Task<IReadOnlyList<Observation>> LookAsync() => new ChipBandwidthProbe(_board.NpuSmi, _board.Clock).LookAsync(CancellationToken.None);
}
