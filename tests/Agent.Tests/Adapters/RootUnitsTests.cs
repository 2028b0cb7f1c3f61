using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Tests.Bundles;

namespace Agent.Tests.Adapters;

public sealed class RootUnitsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_chip_is_reset_by_the_unit_of_its_name_and_its_last_line_is_told()
    {
        var processes = new AnsweringProcesses(c =>
            (ProcessEnd.Exited, 0, c.StartsWith("journalctl", StringComparison.Ordinal) ? "Reset chip successfully\n" : ""));
        var (succeeded, detail) = await Units(processes).ResetChipAsync(3, 1, TimeSpan.FromMinutes(1), CancellationToken.None);
        succeeded.ShouldBeTrue();
        detail.ShouldBe("npu-agent-reset@3-1.service: Reset chip successfully");
        processes.Calls[0].ShouldBe("systemctl --no-ask-password start npu-agent-reset@3-1.service");
    }

    [Fact]
    public async Task A_start_that_is_refused_is_a_failure_with_its_reason()
    {
        var processes = new AnsweringProcesses(c => c.StartsWith("systemctl", StringComparison.Ordinal) ? (ProcessEnd.Exited, 4, "Access denied")
            : (ProcessEnd.NotFound, -1, ""));
        var (succeeded, detail) = await Units(processes).ResetChipAsync(0, 0, TimeSpan.FromMinutes(1), CancellationToken.None);
        succeeded.ShouldBeFalse();
        detail.ShouldStartWith("npu-agent-reset@0-0.service: ");
        detail.ShouldContain("4");
    }

    [Fact]
    public async Task Before_logs_are_collected_what_an_earlier_collection_left_is_dropped()
    {
        var processes = new AnsweringProcesses(_ => (ProcessEnd.Exited, 0, ""));
        await Units(processes).CollectLogsAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
        processes.Calls.Take(2).ShouldBe(["systemctl --no-ask-password stop npu-agent-collect.service",
            "systemctl --no-ask-password start npu-agent-collect.service"]);
    }

    [Theory]
    [InlineData(false, true, true)]
    [InlineData(false, false, false)]
    [InlineData(true, true, false)]
    public void They_are_for_an_agent_that_is_no_root_on_a_host_that_has_them(bool isRoot, bool installed, bool used)
    {
        if (installed)
            File.WriteAllText(_folder.File("npu-agent-collect.service"), "");
        var units = Units(new ScriptedProcesses(ProcessEnd.NotFound, ""), isRoot);
        (units.CollectsLogs, units.ResetsChips).ShouldBe((used, false));
    }

    public void Dispose() => _folder.Dispose();

    private RootUnits Units(IProcessRunner processes, bool isRoot = false) =>
        new(new SystemdUnits(processes, "systemctl", TimeSpan.FromSeconds(5)), isRoot, ["/nowhere", _folder.Path]);
}
