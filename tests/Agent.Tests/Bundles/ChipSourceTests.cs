using Agent.Adapters.Hccn;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Bundles;

namespace Agent.Tests.Bundles;

public sealed class ChipSourceTests : IDisposable
{
    private const string Before = "environment_check/npu_info_before.txt";
    private const string After = "environment_check/npu_info_after.txt";
    private const string Mapping =
        "\tNPU ID                         Chip ID                        Chip Logic ID                  Chip Name\n" +
        "\t0                              0                              4                              Ascend 910B3\n" +
        "\t1                              0                              5                              Ascend 910B3\n";

    private readonly EvidenceScene _scene = new();

    [Fact]
    public async Task Npu_smi_is_asked_for_the_host_and_then_for_each_chip_of_an_engine()
    {
        var processes = new AnsweringProcesses(c => (ProcessEnd.Exited, 0, $"answer of {c}\n"));
        var evidence = await _scene.CollectAsync(new NpuSmiSource(NpuSmi(processes), [_scene.Engine], _scene.Clock));
        processes.Calls.Take(4).ShouldBe(["npu-smi info -m", "npu-smi info", "npu-smi info -l", "npu-smi info -t health -i 0 -c 0"]);
        processes.Calls.Count.ShouldBe(3 + (6 * 2));
        evidence.Files.Keys.ShouldBe([Before, After]);
        evidence.Files[After].ShouldStartWith("Datetime: 2026-03-01 ");
        evidence.Files[After].ShouldContain("\n\n/usr/local/bin/npu-smi info -i 1 -c 0 -t board\nanswer of npu-smi info -t board -i 1 -c 0\n");
        evidence.Files[Before].ShouldBe(evidence.Files[After]);
    }

    [Fact]
    public async Task After_a_call_that_did_not_end_npu_smi_is_not_asked_again()
    {
        var processes = new AnsweringProcesses(c => c == "npu-smi info" ? (ProcessEnd.TimedOut, -1, "") : (ProcessEnd.Exited, 0, Mapping));
        var evidence = await _scene.CollectAsync(new NpuSmiSource(NpuSmi(processes), [_scene.Engine], _scene.Clock));
        processes.Calls.ShouldBe(["npu-smi info -m", "npu-smi info"]);
        evidence.Problems.ShouldBe(["npu-smi: killed after 1.0 s; 14 of 15 answers are missing"]);
        evidence.Files[After].ShouldContain("Ascend 910B3");
    }

    [Fact]
    public async Task Hccn_tool_is_asked_by_logic_id_for_what_ascend_fd_reads()
    {
        var processes = new AnsweringProcesses(c => (ProcessEnd.Exited, 0, c.StartsWith("npu-smi", StringComparison.Ordinal) ? Mapping : "link status: UP\n"));
        var evidence = await _scene.CollectAsync(Hccn(processes));
        processes.Calls.Skip(1).Take(6)
            .ShouldBe(((string[])["4 -link", "4 -net_health", "4 -optical", "4 -link_stat", "4 -stat", "5 -link"]).Select(q => $"hccn_tool -i {q} -g"));
        evidence.Files[After].ShouldContain("/usr/local/Ascend/driver/tools/hccn_tool -i 5 -optical -g\nlink status: UP\n");
    }

    [Theory]
    [InlineData("hccn_tool", 2)]
    [InlineData("/nowhere/hccn_tool", 0)]
    public async Task A_host_without_hccn_tool_is_asked_once_at_most_and_that_is_no_problem(string program, int calls)
    {
        var processes = new AnsweringProcesses(c => c.StartsWith("npu-smi", StringComparison.Ordinal) ? (ProcessEnd.Exited, 0, Mapping)
            : (ProcessEnd.NotFound, -1, ""));
        var evidence = await _scene.CollectAsync(Hccn(processes, program));
        processes.Calls.Count.ShouldBe(calls);
        evidence.Problems.ShouldBeEmpty();
        evidence.Absent.ShouldHaveSingleItem().ShouldContain("program not found");
    }

    [Fact]
    public async Task What_msnpureport_writes_below_a_folder_of_the_time_lies_where_the_diagnosis_looks_for_it()
    {
        using var bin = new TemporaryFolder();
        var collector = bin.File("msnpureport");
        await File.WriteAllTextAsync(
            collector,
            "#!/bin/sh\nmkdir -p 2026-03-01-03-00-00/slog/dev-os-0/run/event 2026-03-01-03-00-00/hisi_logs/device-0 stackcore\n" +
            "echo event > 2026-03-01-03-00-00/slog/dev-os-0/run/event/event_1.log\necho history > 2026-03-01-03-00-00/hisi_logs/device-0/history.log\necho "
                + "core > stackcore/core.txt\n" +
            "ln -s /etc/passwd 2026-03-01-03-00-00/slog/planted\nexit 3\n",
            CancellationToken.None);
        File.SetUnixFileMode(collector, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var evidence = await _scene.CollectAsync(
            new DlogSource(new ProcessRunner(TimeProvider.System), _scene.Settings.Vendor with { CollectDlog = [collector, "report"] }));
        evidence.Files.Keys.ShouldBe(
            ["npu-agent/device-log-collector.txt", "device_log/hisi_logs/device-0/history.log", "device_log/slog/dev-os-0/run/event/event_1.log",
                "device_log/stackcore/core.txt"],
            ignoreOrder: true);
        evidence.Problems.ShouldHaveSingleItem().ShouldContain("exit code 3");
    }

    public void Dispose() => _scene.Dispose();

    private HccnToolSource Hccn(AnsweringProcesses processes, string program = "hccn_tool") => new(
        new HccnTool(processes, program, TimeSpan.FromSeconds(1)),
        NpuSmi(processes),
        _scene.Settings.Vendor with { HccnTool = program },
        [_scene.Engine],
        _scene.Clock);

    private static NpuSmi NpuSmi(AnsweringProcesses processes) => new(processes, "npu-smi", TimeSpan.FromSeconds(1));
}
