using Agent.Adapters.NpuSmi;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Probes.Npu;

namespace Agent.Tests.Probes;

public sealed class ChipHeatProbeTests
{
    private readonly SmallBoard _board = new();

    [Theory]
    [InlineData(45, 50, 1800, 100, null, "45 C, HBM 50 C, 310 W, AI core 100 % at 1800 of 1800 MHz")]
    [InlineData(45, 50, 800, 0, null, "AI core 0 % at 800 of 1800 MHz")]
    [InlineData(45, 50, 1200, 30, null, "at 1200")]
    [InlineData(90, 50, 1800, 0, FaultCodes.ChipTooHot, "the chip has 90 C of 90 C")]
    [InlineData(70, 96, 1800, 0, FaultCodes.ChipTooHot, "its HBM has 96 C of 95 C")]
    [InlineData(85, 50, 1200, 95, FaultCodes.ChipThrottled, "near its limit of heat")]
    [InlineData(60, 50, 1200, 95, FaultCodes.ChipThrottled, "neither heat nor a known power limit")]
    [InlineData(95, 50, 1200, 95, FaultCodes.ChipTooHot, "95 C")]
    public async Task Heat_and_a_lowered_clock_under_load_are_faults(int degrees, int hbm, int megahertz, int percent, string? fault, string text)
    {
        _board.Load(0, degrees, megahertz, percent);
        _board.Hbm(0, hbm);
        var seen = (await new ChipHeatProbe(_board.NpuSmi, SmallBoard.Limits, _board.Clock).LookAsync(CancellationToken.None))
            .Single(o => o.Subject == Subject.Chip(0, 0));
        seen.Fault.ShouldBe(fault);
        seen.Summary.ShouldContain(text);
        seen.Measures["aicore_frequency_hertz"].ShouldBe(megahertz * 1e6);
        seen.Measures["hbm_temperature_celsius"].ShouldBe(hbm);
    }

    [Fact]
    public async Task A_clock_lowered_by_a_power_limit_is_told_with_it()
    {
        _board.Load(0, 60, 1200, 95);
        var limits = SmallBoard.Limits with { PowerWatts = 310 };
        var seen = await new ChipHeatProbe(_board.NpuSmi, limits, _board.Clock).LookAsync(CancellationToken.None);
        seen.ShouldContain(o => o.Fault == FaultCodes.ChipThrottled && o.Summary.Contains("at its power limit of 310 W"));
    }

    [Theory]
    [InlineData("310P3-Duo_25.5.1", "0: 45 C ?/? 0 %; 1: 47 C ?/? 0 %")]
    [InlineData("950_doc", "0: 65 C 100/1650 0 % 298.6 W")]
    public void Load_is_read_from_every_capture(string capture, string expected) =>
        string.Join("; ", ChipLoad.Parse(Captures.Read($"ascend/npu-smi_info-t-common_{capture}.txt")).Select(c =>
            $"{c.Chip}: {c.TemperatureCelsius} C {c.CurrentMegahertz?.ToString() ?? "?"}/{c.RatedMegahertz?.ToString() ?? "?"} "
            + $"{c.AiCorePercent} %{Watts(c.PowerWatts)}")).ShouldBe(expected);

    [Theory]
    [InlineData("910A_24.1.rc1_doc", false)]
    [InlineData("950_doc", true)]
    public void Memory_errors_are_read_from_every_capture(string capture, bool tellsPending)
    {
        var errors = MemoryErrors.Parse(Captures.Read($"ascend/npu-smi_info-t-ecc_{capture}.txt")).ShouldHaveSingleItem();
        errors.ShouldBe(new MemoryErrors(0, 0, 0, 0, 0, 0, 0, tellsPending ? 0 : null));
    }

    [Fact]
    public void Hbm_heat_is_read_where_there_is_hbm()
    {
        ChipLoad.HbmCelsius(Captures.Read("ascend/npu-smi_info-t-memory_910B3_25.5.1.txt"))[0].ShouldBe(52);
        ChipLoad.HbmCelsius(Captures.Read("ascend/npu-smi_info-t-memory_310P3-Duo_25.5.1.txt")).ShouldBeEmpty();
    }

    private static string Watts(double? watts) => watts is null ? "" : FormattableString.Invariant($" {watts} W");
}
