using System.Globalization;
using System.Text.Json.Nodes;
using Shouldly;
using static Agent.EndToEndTests.Reports.PublicReport;

namespace Agent.EndToEndTests.Reports;

/// <summary>What the kernel says after something happened to a process, the driver or a bus.</summary>
public sealed class KernelReportTests
{
    private static readonly Dictionary<string, (string Fault, string[] Says)> Readings = new(StringComparer.Ordinal)
    {
        ["32-memcg-oom-4.19"] = ("host-out-of-memory", ["Memory cgroup out of memory", "32276 (VLLM::Worker_TP)"]),
        ["36-memcg-oom-ratelimited"] = ("host-out-of-memory", ["Memory cgroup out of memory", "15617 (VLLM::Worker_TP)"]),
        ["37b-hung-task-in-driver"] = ("driver-errors", ["python3.11:15277", "devmm_svm_ioctl"]),
        ["38-ghes-pcie-npu"] = ("driver-errors", ["PCIe error", "0000:c1:00.0"]),
    };

    // A line is told once, and the next look has nothing more to tell.
    private static readonly string[] Told = ["confirmed", "resolved"];

    private static long _last;

    public static TheoryData<string> Reports => At(Stage.Kernel);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Reports))]
    public async Task A_report_of_the_kernel_is_told_with_what_it_names(string report)
    {
        var (fault, says) = PublicReport.Reading(report, Readings);
        await using var host = await UpAsync();
        await IsToldAsync(host, Text(report, "kernel", "txt"), fault, says);
    }

    [Theory]
    [InlineData("host-out-of-memory", "3021 (ray::RayWorkerW)",
        "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0-3,global_oom,"
        + "task_memcg=/system.slice/vllm.service,task=ray::RayWorkerW,pid=3021,uid=1000\n"
        + "Out of memory: Killed process 3021 (ray::RayWorkerW) total-vm:91833120kB, anon-rss:80221104kB, file-rss:0kB, shmem-rss:128kB, UID:1000 "
        + "pgtables:160212kB oom_score_adj:0\n")]
    [InlineData("host-out-of-memory", "77 (python3.10)", "Memory cgroup out of memory: Kill process 77 (python3.10) score 950 or sacrifice child\nKilled "
        + "process 77 (python3.10) total-vm:531660kB, anon-rss:522684kB, file-rss:964kB, shmem-rss:0kB\n")]
    [InlineData("driver-errors", "0001:82:00.0",
        "{4}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: 3\n{4}[Hardware Error]: event severity: fatal\n{4}[Hardware Error]:  "
            + "Error 0, type: fatal\n"
        + "{4}[Hardware Error]:   section_type: PCIe error\n{4}[Hardware Error]:   device_id: 0001:82:00.0\n{4}[Hardware Error]:   vendor_id: 0x19e5, "
        + "device_id: 0xd801\n")]
    [InlineData("driver-errors", "hal_ioctl_wait",
        "INFO: task ray::Worker_3:9120 blocked for more than 241 seconds.\n      Tainted: G           OE     6.6.0-72.0.0.76.oe2403sp1.aarch64 #1\nCall "
            + "trace:\n __switch_to+0xf0/0x170\n schedule+0x58/0x118\n hal_ioctl_wait+0x88/0x1a0 [ascend_trs_pm_adapt]\n")]
    public async Task The_same_with_other_names_is_told_too(string fault, string says, string lines)
    {
        await using var host = await UpAsync();
        await IsToldAsync(host, lines, fault, says);
    }

    [Fact]
    public async Task A_process_of_an_engine_that_waits_for_a_lock_is_told_of_the_engine_whatever_its_name()
    {
        await using var host = await UpAsync();
        EngineReport.Change(host, yaml => yaml.Replace("mode: observe", "mode: act", StringComparison.Ordinal));
        host.StartAgent();
        await host.WaitUntilServingAsync();
        var main = (int)(await host.StatusAsync())["engines"]![0]!["process_id"]!;
        await WriteAsync(host, $"INFO: task asyncio_0:{main} blocked for more than 122 seconds.\n      Not tainted 5.10.0-216.0.0.115.oe2203sp4.aarch64 #1\n");
        var incident = await host.IncidentInStateAsync(Told);
        ((string?)incident["fault"], (string?)incident["subject"]).ShouldBe(("engine-stuck-in-kernel", "engine:deepseek"));
    }

    /// <summary>Only looks: nothing of this needs an engine.</summary>
    private static async Task<SimulatedHost> UpAsync()
    {
        var host = await SimulatedHost.UpAsync(pace: 20, chips: 2);
        await WriteAsync(host, "Booting Linux on physical CPU 0x0000080000\n");
        EngineReport.Change(host, yaml => "mode: observe\n" + yaml
            .Replace("vendor: { ", $"vendor: {{ kernel_log: {KernelLog(host)}, ", StringComparison.Ordinal)
            .Replace("probes:\n", "probes:\n  kernel-log: { interval: 500ms, deadline: 5s }\n", StringComparison.Ordinal));
        return host;
    }

    private static async Task IsToldAsync(SimulatedHost host, string lines, string fault, params string[] says)
    {
        host.StartAgent();
        await host.UntilAsync("the kernel log was looked at", async () =>
            (await host.RunAsync("status", "--output", "json")) is { Output.Length: > 0 } answer
            && JsonNode.Parse(answer.Output)!["observations"]!.AsArray().Any(o => (string?)o!["probe"] == "kernel-log" && (string?)o["verdict"] == "healthy"));
        await WriteAsync(host, lines);
        var incident = await host.IncidentInStateAsync(Told);
        var story = await EngineReport.StoryAsync(host, incident);
        ((string?)incident["fault"]).ShouldBe(fault, story);
        foreach (var words in says)
            story.ShouldContain(words, Case.Sensitive, story);
    }

    /// <summary>As records of the kernel log, all at once.</summary>
    private static Task WriteAsync(SimulatedHost host, string lines) => File.AppendAllTextAsync(
        KernelLog(host),
        string.Concat(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(AsRecord)));

    private static string AsRecord(string line) => string.Create(CultureInfo.InvariantCulture, $"4,{Interlocked.Increment(ref _last)},1000,-;{line}\n");

    private static string KernelLog(SimulatedHost host) => Path.Combine(host.Folder, "kernel.log");
}
