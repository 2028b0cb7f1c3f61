using Agent.Adapters.Kernel;
using Agent.Probes.Driver;

namespace Agent.Tests.Probes;

/// <summary>Kernels 4.19, 5.10 and 6.6, other names, other buses; the readings were decided before they were played.</summary>
public sealed class StrangersKernelTests
{
    private readonly KernelReading _reading = new(thread => thread == 15277 ? "deepseek" : null);

    [Theory]
    [InlineData("Memory cgroup out of memory: Killed process 931 (ray::RayWorkerW) total-vm:412kB, anon-rss:1kB, file-rss:1kB, shmem-rss:0kB, UID:0 "
        + "pgtables:99kB oom_score_adj:1000")]
    [InlineData("Memory cgroup out of memory: Kill process 931 (my (odd) name) score 1 or sacrifice child")]
    [InlineData("Out of memory: Killed process 931 (VLLM::EngineCor) total-vm:412kB, anon-rss:1kB, file-rss:1kB, shmem-rss:0kB, UID:1000 pgtables:99kB "
        + "oom_score_adj:0")]
    [InlineData("oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=npu.slice,mems_allowed=0-3,global_oom,task_memcg=/npu.slice,task=VLLM::Worker_TP,pid=931,uid=0")]
    [InlineData("oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,oom_memcg=/kubepods.slice/p,task_memcg=/kubepods.slice/p,task=pt_main_thread,pid=931,uid=0")]
    [InlineData("[1234567.890123] Memory cgroup out of memory: Killed process 931 (python3) total-vm:412kB")]
    public void Want_of_memory(string line) => Take(line).ShouldHaveSingleItem().Topic.ShouldBe(KernelTopic.NoMemory);

    [Theory]
    [InlineData("INFO: task VLLM::Worker_TP:15277 blocked for more than 122 seconds.")]
    [InlineData("INFO: task ray::RayWorkerW:15277 blocked for more than 1208 seconds.")]
    [InlineData("INFO: task ACL_thread:15277 blocked in I/O wait for more than 120 seconds.")]
    [InlineData("INFO: task systemd:1 blocked on a mutex likely owned by task python3:15277.")]
    [InlineData("INFO: task systemd:1 is blocked on a mutex likely owned by task python3:15277.")]
    [InlineData("INFO: task ps:9 blocked on a semaphore likely last held by task python3:15277")]
    public void An_engine_that_hangs(string line) =>
        Take(line, "      Not tainted 5.10.0").ShouldContain(e => e.Topic == KernelTopic.StuckEngine && e.Engine == "deepseek");

    [Theory]
    [InlineData(" devdrv_msg_chan_send+0x14/0x30 [drv_vpc]", true)]
    [InlineData(" vpc_msg_send+0x14/0x30 [drv_virtmng_host]", true)]
    [InlineData(" tsdrv_wait+0x14/0x30 [ts_drv_platform]", true)]
    [InlineData(" devdrv_probe+0x14/0x30 [asdrv_pcie]", true)]
    [InlineData(" ext4_sync_file+0x14/0x30 [ext4]", false)]
    [InlineData("  devmm_svm_ioctl+0x1f4/0x3c0 [drv_devmm_host 1a2b3c4d]", true)]
    public void A_frame_of_the_driver(string frame, bool isDriver) =>
        Take("INFO: task kworker/u256:3:77 blocked for more than 120 seconds.", "Call trace:",
            frame).Any(e => e.Topic == KernelTopic.Driver).ShouldBe(isDriver);

    [Theory]
    // An NPU, other bus and chip.
    [InlineData("0x19e5", "0xd803", "120000", "fatal", true)]
    [InlineData("0x19e5", "0xd500", "120000", "recoverable", true)]
    // Root port and network card of the same maker's processor.
    [InlineData("0x19e5", "0xa120", "060400", "fatal", false)]
    [InlineData("0x19e5", "0xa222", "020000", "recoverable", false)]
    [InlineData("0x15b3", "0xd802", "020000", "fatal", false)]
    public void Errors_of_a_bus_told_by_the_firmware(string vendor, string device, string deviceClass, string severity, bool isOfNpu) =>
        Take(
            "{12}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: 9",
            "{12}[Hardware Error]: event severity: " + severity,
            "{12}[Hardware Error]:  Error 0, type: " + severity,
            "{12}[Hardware Error]:   section_type: PCIe error",
            "{12}[Hardware Error]:   port_type: 0, PCIe end point",
            "{12}[Hardware Error]:   device_id: 0000:01:00.0",
            $"{{12}}[Hardware Error]:   vendor_id: {vendor}, device_id: {device}",
            "{12}[Hardware Error]:   class_code: " + deviceClass).Any(e => e.Topic == KernelTopic.Driver).ShouldBe(isOfNpu);

    [Theory]
    [InlineData("Memory failure: 0x1f00: Sending SIGBUS to ray::RayWorkerW:15277 due to hardware memory corruption", "deepseek")]
    [InlineData("Memory failure: 0x1f00: forcibly killing VLLM::EngineCor:15277 because of failure to unmap corrupted page", "deepseek")]
    public void Broken_memory(string line, string engine)
    {
        var told = Take(line).ShouldHaveSingleItem();
        (told.Topic, told.Engine).ShouldBe((KernelTopic.BadMemory, engine));
    }

    private IReadOnlyList<KernelEvent> Take(params string[] lines) => _reading.Take([.. lines.Select(l => new KernelLine(6, l))]);
}
