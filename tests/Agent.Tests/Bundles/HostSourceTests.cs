using Agent.Adapters.Processes;
using Agent.Bundles;

namespace Agent.Tests.Bundles;

public sealed class HostSourceTests : IDisposable
{
    private readonly EvidenceScene _scene = new();

    [Fact]
    public async Task Logs_of_the_host_come_from_folders_files_and_patterns_and_what_is_missing_is_told()
    {
        _scene.Write("log/ascend_seclog/ascend_install.log", "installed\n");
        _scene.Write("log/ascend_seclog/old/operation.log", "done\n");
        _scene.Write("log/nputools_LOG_ERR.log", "dcmi\n");
        _scene.Write("log/nputools_LOG_OP.log.bak", "set\n");
        _scene.Write("log/hotreset_status.log", "scan_success\n");
        _scene.Write("log/secure", "no business of ours\n");
        var evidence = await _scene.CollectAsync(new HostLogSource([Path("ascend_seclog"), Path("nputools_LOG_*"), Path("hotreset_status.log"), Path("npu")]));
        evidence.Files.Keys.Order(StringComparer.Ordinal).ShouldBe(
            ((string[])["ascend_seclog/ascend_install.log", "ascend_seclog/old/operation.log", "hotreset_status.log", "nputools_LOG_ERR.log",
                "nputools_LOG_OP.log.bak"]).Select(n => "npu-agent/host-logs" + Path(n)));
        evidence.Absent.ShouldBe([Path("npu")]);

        string Path(string name) => $"{_scene.Folder}/log/{name}";
    }

    [Fact]
    public async Task The_kernel_log_is_the_end_of_the_ring_and_the_last_hour_of_the_journal()
    {
        var ring = string.Concat(Enumerable.Range(0, 100_500).Select(i => $"[Sun Mar  1 03:00:00 2026] [ascend] line {i}\n"));
        var processes = new AnsweringProcesses(c =>
            (ProcessEnd.Exited, 0, c.StartsWith("dmesg", StringComparison.Ordinal) ? ring : "Mar 01 02:59:00 host kernel: oom\n"));
        var evidence = await _scene.CollectAsync(new KernelLogSource(processes, _scene.Clock));
        evidence.Files["dmesg"].Split('\n').Length.ShouldBe(100_001);
        evidence.Files["dmesg"].ShouldEndWith("line 100499\n");
        evidence.Files["messages"].ShouldBe("Mar 01 02:59:00 host kernel: oom\n");
        processes.Calls[1].ShouldBe("journalctl -k --no-pager -o short --since @1772330400 --until @1772334001");
    }

    [Theory]
    [InlineData(true, 0, 1)]
    [InlineData(false, 1, 1)]
    public async Task A_ring_that_may_not_be_read_is_a_problem_only_where_the_journal_does_not_tell_either(bool hasJournal, int problems, int absent)
    {
        var processes = new AnsweringProcesses(c =>
            c.StartsWith("dmesg", StringComparison.Ordinal) ? (ProcessEnd.Exited, 1, "Operation not permitted")
            : hasJournal ? (ProcessEnd.Exited, 0, "line\n") : (ProcessEnd.NotFound, -1, ""));
        var evidence = await _scene.CollectAsync(new KernelLogSource(processes, _scene.Clock));
        (evidence.Problems.Count, evidence.Absent.Count).ShouldBe((problems, absent));
    }

    [Fact]
    public async Task Versions_are_read_where_the_releases_of_the_vendor_put_them()
    {
        _scene.Started(Story.Start);
        _scene.Write("usr/local/Ascend/driver/version.info", "Version=25.2.0\n");
        _scene.Write("etc/ascend_install.info", "Driver_Install_Status=complete");
        _scene.Write("usr/local/Ascend/8.5.1/version.cfg", "# version: 1.0\n");
        Directory.CreateSymbolicLink(Path.Combine(_scene.Folder, "usr/local/Ascend/cann"), "8.5.1");
        File.CreateSymbolicLink(Path.Combine(_scene.Folder, "etc/os-release"), "../agent.yaml");
        var evidence = await _scene.CollectAsync(new VersionSource([EngineTrace.Of(_scene.Engine)], _scene.Folder + "/"));
        var text = evidence.Files["npu-agent/versions.txt"];
        text.ShouldStartWith("npu-agent 0.1.0");
        text.ShouldContain("== /usr/local/Ascend/driver/version.info\nVersion=25.2.0\n\n== ");
        text.ShouldContain("Driver_Install_Status=complete\n");
        text.ShouldContain("== /usr/local/Ascend/cann/version.cfg\n# version: 1.0\n");
        evidence.Files["environment_check/npu_info_after.txt"].ShouldContain("cat /usr/local/Ascend/driver/version.info\nVersion=25.2.0\n");
        evidence.Absent.ShouldContain("/etc/os-release", "a link at the end of a path is not followed");
    }

    [Fact]
    public async Task Of_shared_memory_the_names_and_sizes_are_told_and_never_the_contents()
    {
        _scene.Write("shm/psm_1a2b3c4d", "a prompt");
        var text = (await _scene.CollectAsync(new SharedMemorySource($"{_scene.Folder}/shm"))).Files["npu-agent/dev-shm.txt"];
        text.ShouldContain("             8 2026-03-01 03:00:00Z");
        text.ShouldContain("psm_1a2b3c4d");
        text.ShouldNotContain("a prompt");
    }

    [Fact]
    public async Task Processes_of_the_engine_tell_where_they_stand()
    {
        _scene.Process(4711, "vllm", "vllm serve /m --api-key topsecretkey", "HF_TOKEN=hf_abcdefghijklmnopqrstuvwx");
        _scene.Write("proc/4711/wchan", "devdrv_wait");
        _scene.Write("proc/4711/task/4712/stat", "4712 (acl thread) D 1");
        _scene.Write("proc/4711/task/4712/wchan", "hdcdrv_recv");
        _scene.Started(Story.Start);
        var evidence = await _scene.CollectAsync(new ProcessTreeSource(_scene.Processes, [_scene.Engine]));
        evidence.Files["npu-agent/processes/deepseek.txt"].ShouldContain("devdrv_wait");
        evidence.Files["npu-agent/processes/deepseek.txt"].ShouldContain("4712 D hdcdrv_recv");
        evidence.Files["npu-agent/processes/ps.txt"].ShouldContain("vllm serve /m --api-key [redacted]");
        string.Concat(evidence.Files.Values).ShouldNotContain("hf_abc");
    }

    [Fact]
    public async Task The_engines_log_has_the_names_that_the_vendors_diagnosis_looks_for()
    {
        _scene.Started(Story.Start, string.Concat(Enumerable.Range(0, 60_000).Select(i => $"INFO 03-01 03:00:00 [core.py:1] line {i:00000}\n")));
        var evidence = await _scene.CollectAsync(new EngineLogSource([EngineTrace.Of(_scene.Engine)], 8 << 20));
        evidence.Files["worker-0.log"].Length.ShouldBeInRange(1_048_000, 1_048_576);
        evidence.Files["worker-0.log"].ShouldStartWith("INFO 03-01");
        evidence.Files["worker-0.log"].ShouldEndWith("line 59999\n");
        evidence.Files["pymotor_vllm_log/vllm-engine-deepseek.log"].ShouldContain("line 00000");
    }

    public void Dispose() => _scene.Dispose();
}
