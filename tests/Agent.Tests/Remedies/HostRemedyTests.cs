using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Configuration;
using Agent.Configuration.Host;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Engines.Chips;
using Agent.Remedies;
using Agent.Tests.Bundles;
using Agent.Tests.Probes;

namespace Agent.Tests.Remedies;

/// <summary>Reset of a chip, restart of the driver and the wait for chips, on tools that say what a test wants.</summary>
public sealed class HostRemedyTests : IDisposable
{
    private static readonly Subject Chip = Subject.Chip(3, 1);

    private readonly TemporaryFolder _folder = new();
    private readonly SmallBoard _board = new();
    private readonly List<string> _progress = [];

    [Fact]
    public async Task A_chip_is_reset_by_the_configured_command_with_its_numbers_and_the_answers_to_its_questions()
    {
        var tool = new AskingTool("asked twice\nStatus : OK\nMessage : Reset chip successfully\n");
        var outcome = await Reset(tool, "chip_reset: [npu-smi, set, -t, reset, -i, \"{card}\", -c, \"{chip}\"], chip_reset_answers: \"Y\\n\"");
        outcome.ShouldBe(StepOutcome.Done("Message : Reset chip successfully"));
        tool.Calls.ShouldBe([("npu-smi set -t reset -i 3 -c 1", "Y\n")]);
        _progress.ShouldBe(["npu-smi set -t reset -i 3 -c 1"]);
    }

    [Fact]
    public async Task A_reset_that_failed_says_so()
    {
        var outcome = await Reset(new AnsweringProcesses(_ => (ProcessEnd.Exited, 1, "the device is busy")), "chip_reset: [npu-smi, reset]");
        outcome.Succeeded.ShouldBeFalse();
        outcome.Detail.ShouldContain("exit code 1");
    }

    [Fact]
    public async Task A_reset_that_does_not_end_is_a_failure() =>
        (await Reset(new AnsweringProcesses(_ => (ProcessEnd.TimedOut, -1, "")), "chip_reset: [npu-smi, reset]")).Succeeded.ShouldBeFalse();

    [Fact]
    public async Task Without_a_command_nothing_is_reset()
    {
        var tool = new AnsweringProcesses(_ => (ProcessEnd.Exited, 0, ""));
        (await Reset(tool, "chip_reset: []")).ShouldBe(StepOutcome.Failed("no chip reset command is configured"));
        tool.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(4, false)]
    public async Task An_agent_that_is_no_root_lets_the_unit_of_root_reset_it(int exitCode, bool succeeds)
    {
        File.WriteAllText(_folder.File("npu-agent-reset@.service"), "");
        var tool = new AnsweringProcesses(c => (ProcessEnd.Exited, c.StartsWith("systemctl", StringComparison.Ordinal) ? exitCode : 0, ""));
        (await Reset(tool, "chip_reset: [npu-smi, reset]")).Succeeded.ShouldBe(succeeds);
        tool.Calls[0].ShouldBe("systemctl --no-ask-password start npu-agent-reset@3-1.service");
    }

    [Theory]
    [InlineData("driver_restart: [systemctl, restart, devdrv]", 0, true, "systemctl restart devdrv, 1s")]
    [InlineData("driver_restart: [systemctl, restart, devdrv]", 1, false, "exit code 1")]
    [InlineData("driver_restart: []", 0, false, "no driver restart command is configured")]
    public async Task The_driver_is_restarted_by_the_configured_command(string vendor, int exitCode, bool succeeds, string detail)
    {
        var tool = new AnsweringProcesses(_ => (ProcessEnd.Exited, exitCode, ""));
        var outcome = await new DriverRestartRemedy(tool, Vendor(vendor)).RunAsync(Step(StepKind.RestartDriver, Subject.Driver), CancellationToken.None);
        outcome.Succeeded.ShouldBe(succeeds);
        outcome.Detail.ShouldContain(detail);
    }

    [Fact]
    public async Task Chips_that_are_all_listed_and_well_are_ready_at_once()
    {
        (await Ready(_board.Chips)).Detail.ShouldBe("2 chips are well after 0ms");
        _progress.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_chip_that_is_missing_is_waited_for_until_the_limit()
    {
        var settings = new ChipSettings([Subject.Chip(0, 0), Subject.Chip(7, 0)], null, 500, new Dictionary<string, string>(StringComparer.Ordinal));
        var expected = new ChipInventory(settings, "/nowhere", keeps: false);
        var outcome = await Ready(expected);
        outcome.Succeeded.ShouldBeFalse();
        outcome.Detail.ShouldBe("after 30s: 2 of 2 chips are listed; missing: 7/0");
        _progress.Count.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task A_chip_that_is_well_again_within_the_limit_ends_the_wait()
    {
        var well = await Table();
        _board.Say("info", well.Replace("| OK  ", "| Alarm", StringComparison.Ordinal));
        var waiting = new ChipsReadyRemedy(_board.NpuSmi, _board.Chips, Vendor("chips_ready_limit: 30s"), _board.Clock)
            .RunAsync(new StepContext(new Step(StepKind.WaitForChips, Subject.Host), "a", text =>
            {
                _progress.Add(text);
                if (_progress.Count == 3)
                    _board.Say("info", well);
            }), CancellationToken.None);
        (await Play(waiting)).Succeeded.ShouldBeTrue();
        _progress.ShouldAllBe(p => p == "chip 0/0 reports Alarm, chip 1/0 reports Alarm");
    }

    [Fact]
    public async Task A_board_that_npu_smi_cannot_tell_of_is_not_ready()
    {
        _board.Say("info", "DrvMngGetConsoleLogLevel failed. (g_conLogLevel=3)\n");
        (await Ready(_board.Chips)).Succeeded.ShouldBeFalse();
    }

    public void Dispose() => _folder.Dispose();

    private Task<StepOutcome> Reset(IProcessRunner tool, string vendor) =>
        new ChipResetRemedy(tool, Vendor(vendor), new RootUnits(new SystemdUnits(tool, "systemctl", TimeSpan.FromSeconds(5)), isRoot: false, [_folder.Path]))
            .RunAsync(Step(StepKind.ResetChip, Chip), CancellationToken.None);

    private Task<StepOutcome> Ready(ChipInventory chips) =>
        Play(new ChipsReadyRemedy(_board.NpuSmi, chips, Vendor("chips_ready_limit: 30s"), _board.Clock)
            .RunAsync(Step(StepKind.WaitForChips, Subject.Host), CancellationToken.None));

    private async Task<T> Play<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            _board.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await task;
    }

    private async Task<string> Table() =>
        (await _board.Programs.RunAsync(new CommandLine("npu-smi", ["info"]), new ProcessLimits(TimeSpan.FromSeconds(1)))).Output;

    private StepContext Step(StepKind kind, Subject subject) => new(new Step(kind, subject), "an-incident", _progress.Add);

    private static VendorSettings Vendor(string settings)
    {
        var load = SettingsFile.Parse("t.yaml", $"engines: [ {{ name: a, model: /m, chips: [0/0] }} ]\nvendor: {{ {settings} }}\n", _ => false);
        load.Problems.ShouldBeEmpty();
        return load.Settings!.Vendor;
    }

    /// <summary>Keeps what it was told on its standard input.</summary>
    private sealed class AskingTool(string output) : IProcessRunner
    {
        public List<(string Command, string? Input)> Calls { get; } = [];

        public Task<ProcessResult> RunAsync(CommandLine command, ProcessLimits limits, string? input = null, string? workingFolder = null,
            CancellationToken cancellation = default)
        {
            Calls.Add((command.ToString(), input));
            return Task.FromResult(new ProcessResult(command, ProcessEnd.Exited, 0, output, "", false, TimeSpan.FromSeconds(1)));
        }
    }
}
