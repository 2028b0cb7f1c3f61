using Agent.Adapters.Kernel;
using Agent.Adapters.Processes;
using Agent.Probes.Driver;

namespace Agent.Tests.Probes;

/// <summary>Reports of the kernel, by their structure and by whose process they name; the captures are those of captures/reports.</summary>
public sealed class KernelReadingTests
{
    private const int EngineThread = 15277;

    private readonly KernelReading _reading = new(thread => thread == EngineThread ? "deepseek" : null);

    [Theory]
    [InlineData("32-memcg-oom-4.19.kernel.txt", KernelTopic.NoMemory, "Kill process 32276 (VLLM::Worker_TP)")]
    [InlineData("36-memcg-oom-ratelimited.kernel.txt", KernelTopic.NoMemory, "Killed process 15617 (VLLM::Worker_TP)")]
    [InlineData("37b-hung-task-in-driver.kernel.txt", KernelTopic.Driver, "devmm_svm_ioctl")]
    [InlineData("38-ghes-pcie-npu.kernel.txt", KernelTopic.Driver, "PCIe error of the NPU 0000:c1:00.0")]
    internal void A_public_report_is_read_right(string capture, KernelTopic topic, string says) =>
        Take(Captures.Read("reports/" + capture).Split('\n')).ShouldContain(e => e.Topic == topic && e.Text.Contains(says, StringComparison.Ordinal));

    [Theory]
    [InlineData("Memory cgroup out of memory: Kill process 32276 (VLLM::Worker_TP) score 1008 or sacrifice child")]
    [InlineData("Memory cgroup out of memory: Killed process 15617 (pt_main_thread) total-vm:11892kB, anon-rss:4292kB")]
    [InlineData("Out of memory: Kill process 90 (python3.11) score 988 or sacrifice child")]
    [InlineData("Out of memory (oom_kill_allocating_task): Killed process 90 (python3.11) total-vm:1kB")]
    [InlineData("oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0-3,oom_memcg=/docker/1,task=python,pid=9,uid=0")]
    public void A_process_killed_because_memory_ran_out_is_told_whatever_the_kernel_and_the_group(string line) =>
        Take(line).ShouldHaveSingleItem().Topic.ShouldBe(KernelTopic.NoMemory);

    [Theory]
    [InlineData("memory: usage 524288000kB, limit 524288000kB, failcnt 812")]
    [InlineData("oom_reaper: reaped process 15617 (VLLM::Worker_TP), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB")]
    [InlineData("Memory failure: 0x7f3a21: recovery action for dirty LRU page: Recovered")]
    [InlineData("INFO: task jbd2/sda1-8:512 blocked for more than 120 seconds.")]
    [InlineData("python3.11[900]: a log line of somebody about Out of memory")]
    public void What_tells_no_event_gives_none(string line) => Take(line).ShouldBeEmpty();

    [Theory]
    [InlineData("INFO: task python3.11:15277 blocked for more than 120 seconds.")]
    [InlineData("INFO: task pt_main_thread:15277 blocked for more than 245 seconds.")]
    [InlineData("INFO: task node_exporter:999 blocked on an rw-semaphore likely owned by task python3.11:15277 <writer>")]
    [InlineData("INFO: task ps:999 <reader> blocked on an rw-semaphore likely owned by task whatever:15277 <writer>")]
    public void A_process_of_an_engine_that_hangs_is_told_by_its_number_and_not_by_its_name(string line)
    {
        var told = Take(line, "      Not tainted 6.6.0-72.0.0.76.oe2403sp1.aarch64 #1", " nfs_wait_bit_killable+0x1c/0x80 [nfs]").ShouldHaveSingleItem();
        (told.Topic, told.Engine).ShouldBe((KernelTopic.StuckEngine, "deepseek"));
    }

    [Theory]
    [InlineData(" devmm_svm_ioctl+0x1f4/0x3c0 [drv_devmm_host]")]
    [InlineData(" svm_fault+0x14/0x30 [asdrv_svm]")]
    [InlineData(" hdcdrv_recv+0x14/0x30 [drv_pcie_hdc_host]")]
    [InlineData(" ascend_ioctl+0x14/0x30 [ascend_kernel_open_adapt]")]
    public void What_sleeps_in_a_module_of_the_driver_hangs_in_the_driver_whoever_it_is(string frame)
    {
        var told = Take("INFO: task anything:77 blocked for more than 120 seconds.", "Call trace:", " __schedule+0x338/0x6f0", frame).ShouldHaveSingleItem();
        (told.Topic, told.Engine).ShouldBe((KernelTopic.Driver, null));
        told.Text.ShouldContain(frame.Trim());
    }

    [Fact]
    public void A_frame_belongs_to_the_task_before_it_alone() =>
        Take("INFO: task jbd2:5 blocked for more than 120 seconds.", " jbd2_log+0x1/0x2 [jbd2]",
            "INFO: task python3.11:6 blocked for more than 120 seconds.", " devmm_svm_ioctl+0x1f4/0x3c0 [drv_devmm_host]")
            .ShouldHaveSingleItem().Text.ShouldStartWith("INFO: task python3.11:6");

    [Theory]
    [InlineData("Memory failure: 0x7f3a21: Sending SIGBUS to VLLM::Worker_TP:15277 due to hardware memory corruption", "deepseek")]
    [InlineData("Memory failure: 0x1: Killing python3.11:15277 due to hardware memory corruption", "deepseek")]
    [InlineData("Memory failure: 0x1: Sending SIGBUS to postgres:1 due to hardware memory corruption", null)]
    public void Broken_memory_of_the_host_is_told_with_whose_process_used_it(string line, string? engine)
    {
        var told = Take(line).ShouldHaveSingleItem();
        (told.Topic, told.Engine).ShouldBe((KernelTopic.BadMemory, engine));
    }

    [Theory]
    [InlineData("0x19e5", true)]
    [InlineData("0x19E5", true)]
    [InlineData("0x8086", false)]
    public void A_pcie_error_told_by_the_firmware_is_of_an_npu_by_its_vendor(string vendor, bool isOfNpu)
    {
        string[] report = ["{7}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: 1",
            "{7}[Hardware Error]:   section_type: PCIe error", "{7}[Hardware Error]:   device_id: 0000:81:00.0",
            $"{{7}}[Hardware Error]:   vendor_id: {vendor}, device_id: 0xd802"];
        // Cut in two by the looks of the probe.
        Take(report[..3]).ShouldBeEmpty();
        Take(report[3]).Count.ShouldBe(isOfNpu ? 1 : 0);
    }

    [Fact]
    public void A_thread_leads_to_its_process()
    {
        new ProcessTable().LeaderOf(Environment.ProcessId).ShouldBe(Environment.ProcessId);
        new ProcessTable().LeaderOf(int.MaxValue).ShouldBeNull();
    }

    private IReadOnlyList<KernelEvent> Take(params string[] lines) => _reading.Take([.. lines.Select(l => new KernelLine(6, l))]);
}
