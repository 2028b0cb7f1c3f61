using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Configuration;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines.Chips;
using Agent.Probes.Npu;
using Agent.VendorFaults;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Probes;

/// <summary>What an answer of npu-smi means for the chips of the host.</summary>
public sealed class ChipHealthProbeTests : IDisposable
{
    private const string Table = """
        +------------------------------------------------------------------------------------------------+
        | npu-smi 25.2.0                   Version: 25.2.0                                               |
        +---------------------------+---------------+----------------------------------------------------+
        | NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|
        | Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |
        +===========================+===============+====================================================+
        | 0     910B3               | HEALTH        | 95.8        37                0    / 0             |
        | 0                         | 0000:C1:00.0  | 0           0    / 0          3400 / 65536         |
        +===========================+===============+====================================================+
        +---------------------------+---------------+----------------------------------------------------+
        | NPU     Chip              | Process id    | Process name             | Process memory(MB)      |
        +===========================+===============+====================================================+
        | No running processes found in NPU 0                                                            |
        +===========================+===============+====================================================+

        """;

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(Story.Start);
    private readonly Answers _npuSmi = new();

    [Theory]
    [InlineData("OK", "NA", null)]
    [InlineData("Warning", "NA", "chip-warning")]
    [InlineData("Alarm", "NA", "chip-alarm")]
    [InlineData("Critical", "NA", "chip-alarm")]
    [InlineData("Alarm", "81078603", "chip-warning")]
    [InlineData("Alarm", "80E01801", "chip-error")]
    [InlineData("Alarm", "81078603 8C084E00", "chip-alarm")]
    [InlineData("Warning", "80E18402 81078603", "chip-unfit")]
    public async Task The_highest_level_of_the_codes_names_the_fault(string health, string codes, string? fault)
    {
        _npuSmi.Table = Table.Replace("HEALTH", health.PadRight(6), StringComparison.Ordinal);
        _npuSmi.Health = $"\tHealth Status : {health}\n\tError Code : {codes}\n\tError Information : NA\n";
        var chip = (await Probe().LookAsync(CancellationToken.None)).Single(o => o.Subject == Subject.Chip(0, 0));
        chip.Fault.ShouldBe(fault);
        chip.Verdict.ShouldBe(fault is null ? Verdict.Healthy : Verdict.Faulty);
        chip.Identity.ShouldBe("0000:C1:00.0");
    }

    [Fact]
    public async Task An_unknown_word_is_no_verdict_on_the_chip()
    {
        _npuSmi.Table = Table.Replace("HEALTH", "BUSY  ", StringComparison.Ordinal);
        (await Probe().LookAsync(CancellationToken.None)).Single(o => o.Subject == Subject.Chip(0, 0)).Verdict.ShouldBe(Verdict.CouldNotLook);
    }

    [Fact]
    public async Task An_alarm_in_a_torn_table_is_still_an_alarm()
    {
        var alarm = Table.Replace("HEALTH", "Alarm ", StringComparison.Ordinal);
        _npuSmi.Table = alarm[..(alarm.IndexOf("65536", StringComparison.Ordinal) + 25)];
        _npuSmi.Health = "\tHealth Status : Alarm\n\tError Code : 8C084E00\n";
        var seen = await Probe().LookAsync(CancellationToken.None);
        seen.Single(o => o.Subject == Subject.Host).Verdict.ShouldBe(Verdict.CouldNotLook);
        seen.Single(o => o.Subject == Subject.Chip(0, 0)).Fault.ShouldBe(FaultCodes.ChipAlarm);
    }

    [Fact]
    public async Task A_chip_that_is_not_listed_is_lost_and_one_that_is_not_ready_is_not()
    {
        var probe = Probe();
        _npuSmi.Table = Table.Replace("HEALTH", "OK    ", StringComparison.Ordinal);
        await probe.LookAsync(CancellationToken.None);

        // The driver leaves the first row out while the device is not ready.
        _npuSmi.Table = string.Join('\n', _npuSmi.Table.Split('\n').Where(l => !l.Contains("910B3", StringComparison.Ordinal)));
        var seen = await probe.LookAsync(CancellationToken.None);
        seen.ShouldAllBe(o => o.Fault != FaultCodes.ChipsLost);
    }

    public void Dispose() => _folder.Dispose();

    private ChipHealthProbe Probe() => new(
        new NpuSmi(_npuSmi, "npu-smi", TimeSpan.FromSeconds(1)),
        new ChipInventory(new ChipSettings([], null, 500, new Dictionary<string, string>(StringComparer.Ordinal)), _folder.Path, keeps: true),
        new VendorFaultTable(new Dictionary<string, VendorLevel>(StringComparer.Ordinal)),
        new FaultOccurrences(_folder.Path, keeps: false),
        _clock);

    private sealed class Answers : IProcessRunner
    {
        public string Table { get; set; } = "";

        public string Health { get; set; } = "";

        public Task<ProcessResult> RunAsync(CommandLine command, ProcessLimits limits, string? input = null, string? workingFolder = null,
            CancellationToken cancellation = default) =>
            Task.FromResult(new ProcessResult(command, ProcessEnd.Exited, 0, command.Arguments.Contains("health") ? Health : Table, "", false, TimeSpan.Zero));
    }
}
