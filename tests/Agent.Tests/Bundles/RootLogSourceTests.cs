using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Bundles;

namespace Agent.Tests.Bundles;

public sealed class RootLogSourceTests : IDisposable
{
    private readonly EvidenceScene _scene = new();

    [Fact]
    public async Task What_root_collected_is_taken_over_with_what_it_could_not_get_and_then_dropped()
    {
        var processes = new AnsweringProcesses(_ => (ProcessEnd.Exited, 0, ""));
        _scene.Write("logs/device_log/slog/device-0.log", "device\n");
        _scene.Write("logs/problems.txt", "msnpureport: exit code 1\n");
        var evidence = await CollectAsync(processes);
        evidence.Files.ShouldBe(new Dictionary<string, string> { ["device_log/slog/device-0.log"] = "device\n" });
        evidence.Problems.ShouldBe(["msnpureport: exit code 1"]);
        processes.Calls[^1].ShouldBe("systemctl --no-ask-password stop npu-agent-collect.service");
    }

    [Fact]
    public async Task A_unit_that_is_not_started_is_a_problem_of_the_bundle()
    {
        var evidence = await CollectAsync(new AnsweringProcesses(c => (ProcessEnd.Exited, c.Contains(" start ", StringComparison.Ordinal) ? 4 : 0, "")));
        evidence.Files.ShouldBeEmpty();
        evidence.Problems.ShouldHaveSingleItem().ShouldContain("npu-agent-collect.service");
    }

    public void Dispose() => _scene.Dispose();

    private Task<Evidence> CollectAsync(AnsweringProcesses processes) => _scene.CollectAsync(new RootLogSource(
        new RootUnits(new SystemdUnits(processes, "systemctl", TimeSpan.FromSeconds(5)), isRoot: false, []), _scene.Folder + "/logs", _scene.Settings.Vendor));
}
