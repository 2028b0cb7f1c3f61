using System.Globalization;

namespace Agent.Simulator.Vllm;

/// <summary>The lines that a rank prints before it dies, like a real one: the first line names the cause, and the rest are its echoes.</summary>
internal sealed class WorkerErrors(VllmLog log, int rank, double memoryShare)
{
    public int MemoryTaken(double free) =>
        Fail(string.Create(CultureInfo.InvariantCulture,
            $"ValueError: Free memory on device npu:{rank} ({free:0.00}/{ChipMemory.TotalGiB:0.00} GiB) on startup is less than desired GPU memory "
            + $"utilization ({memoryShare}, {memoryShare * ChipMemory.TotalGiB:0.00} GiB). Decrease GPU memory utilization or reduce GPU memory used by "
            + $"other processes."), "init_device");

    public int PortTaken()
    {
        Fail("RuntimeError: HCCL function error: hcclCommInitRootInfoConfig, error code is 7", "init_device");
        VllmLog.Raw($"[PID: {Environment.ProcessId}] {Now}.001.002 Communication_Error_Bind_IP_Port(EJ0003): Failed to bind the IP port. Reason: The IP "
            + $"address and port have been bound already.");
        return 1;
    }

    public int DeviceLost()
    {
        Fail("RuntimeError: synchronize:build/CMakeFiles/torch_npu.dir/compiler_depend.ts:444 NPU function error: aclrtSynchronizeDevice, error code is "
            + "ASCEND_ERROR_DEVICE_NOT_AVAILABLE");
        return CallFailed();
    }

    public int OutOfMemory() =>
        Fail("RuntimeError: NPU out of memory. Tried to allocate 2.00 GiB (NPU 0; 60.96 GiB total capacity; 55.91 GiB already allocated; 55.91 GiB current "
            + "active; 1.80 GiB free; 58.73 GiB reserved in total by PyTorch) If reserved memory is >> allocated memory try setting max_split_size_mb to "
            + "avoid fragmentation.");

    public int CoreTimeout()
    {
        VllmLog.Raw($"[{rank}] {Now} torch.distributed: [ERROR] [479] Find exception when finishedNPUExecutionInternal, "
            + $"query:build/CMakeFiles/torch_npu.dir/compiler_depend.ts:59 NPU function error: acl::AclQueryEventRecordedStatus(event_, &currStatus), error "
            + $"code is 507014");
        return CallFailed();
    }

    public int CollectiveTimeout()
    {
        VllmLog.Raw($"[rank{rank}]:[E{DateTime.Now:MMdd HH:mm:ss} compiler_depend.ts:574] [Rank {rank}] Watchdog caught collective operation timeout: "
            + $"WorkHCCL(SeqNum=196, OpType=ALLREDUCE, Timeout(ms)=1800000) ran for 1800185 milliseconds before timing out.");
        VllmLog.Raw($"[rank{rank}]:[E{DateTime.Now:MMdd HH:mm:ss} compiler_depend.ts:630] [Rank {rank}] To avoid data inconsistency, we are taking the "
            + $"entire process down.");
        return 1;
    }

    private static string Now => DateTime.Now.ToString("yyyy-MM-dd-HH:mm:ss", CultureInfo.InvariantCulture);

    private int CallFailed()
    {
        VllmLog.Raw($"[ERROR] {Now} (PID:{Environment.ProcessId}, Device:{rank}, RankID:{rank}) ERR00100 PTA call acl api failed");
        return 1;
    }

    private int Fail(string error, string where = "worker_busy_loop")
    {
        foreach (var line in (string[])["WorkerProc hit an exception.", "Traceback (most recent call last):",
            $"  File \"/vllm-workspace/vllm/vllm/v1/executor/multiproc_executor.py\", line 694, in {where}", "    output = func(*args, **kwargs)", error])
            log.Error("multiproc_executor.py:699", line);
        return 1;
    }
}
