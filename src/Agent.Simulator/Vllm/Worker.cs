using System.Globalization;

namespace Agent.Simulator.Vllm;

/// <summary>One tensor-parallel rank: holds its chip's memory, leaves when its engine core goes (vLLM's death pipe).</summary>
internal static class Worker
{
    public const string Program = "vllm-worker";

    private const int TotalMegabytes = 65536;
    private const int IdleMegabytes = 3400;

    public static async Task<int> RunAsync(World world, string[] arguments)
    {
        var rank = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        var options = VllmOptions.Parse(arguments[1..]);
        Processes.SetTitle($"VLLM::Worker_TP{rank}");
        var startedAt = DateTimeOffset.UtcNow;
        var parent = Processes.ParentOf(Environment.ProcessId);
        var log = new VllmLog($"Worker_TP{rank}");
        var chip = options.Chips()[rank];

        if (await LoadAsync(world, options, rank, chip, log) is { } failure)
            return failure;
        File.WriteAllText(Ready(world, parent, rank), "");
        while (Processes.ParentOf(Environment.ProcessId) == parent)
        {
            if (world.IsLost(chip) || world.Fault("driver-down") is not null)
                return DeviceLost(log);
            if (rank == 0 && world.Hit("out-of-memory", startedAt))
                return OutOfMemory(log);
            if (rank == Math.Min(1, options.TensorParallel - 1) && world.Hit("worker-killed", startedAt))
                Processes.Kill(Environment.ProcessId, 9);
            await Task.Delay(150);
        }

        log.Info("multiproc_executor.py:793", "Parent process exited, terminating worker queues");
        return 0;
    }

    /// <summary>A file that tells the engine core that the rank is up.</summary>
    public static string Ready(World world, int core, int rank) => Path.Combine(world.Folder, "engines", $"{core}-{rank}.ready");

    private static async Task<int?> LoadAsync(World world, VllmOptions options, int rank, int chip, VllmLog log)
    {
        if (world.IsLost(chip) || world.DriverIsDown)
            return DeviceLost(log);

        log.Info("parallel_state.py:1208", $"world_size={options.TensorParallel} rank={rank} local_rank={rank} distributed_init_method=tcp://127.0.0.1:40845 backend=hccl");
        var used = world.Holders().Where(h => h.Chip == chip).Sum(h => h.Megabytes) + world.Leaked(chip) + IdleMegabytes;
        var wanted = options.MemoryShare * TotalMegabytes;
        if (TotalMegabytes - used < wanted - IdleMegabytes - 1024)
        {
            log.Error("multiproc_executor.py:590", string.Create(CultureInfo.InvariantCulture, $"ValueError: Free memory on device npu:{rank} ({(TotalMegabytes - used) / 1024.0:0.00}/60.96 GiB) on startup is less than desired GPU memory utilization ({options.MemoryShare}, {options.MemoryShare * 60.96:0.00} GiB). Decrease GPU memory utilization or reduce GPU memory used by other processes."));
            return 1;
        }

        while (world.IsAlarming(chip))
        {
            if (rank == 0)
                log.Info("shm_broadcast.py:466", "No available shared memory broadcast block found in 60 seconds. This typically happens when some processes are hanging or doing some time-consuming work (e.g. compilation).");
            await Task.Delay(world.Pace(60));
        }

        log.Info("model_runner_v1.py:3182", $"Starting to load model {options.Model}...");
        world.Hold(chip, 8_000, $"VLLM::Worker_TP{rank}");
        for (var shard = 0; shard <= 17; shard += 3)
        {
            if (rank == 0)
                VllmLog.Progress(string.Create(CultureInfo.InvariantCulture, $"Loading safetensors checkpoint shards: {shard * 100 / 17,3}% Completed | {shard}/17 [00:00<00:01,  4.06it/s]"));
            if (shard >= 9)
            {
                while (world.Fault("start-stall") is not null)
                    await Task.Delay(200);
            }

            await Task.Delay(world.Pace(0.6));
        }

        if (rank == 0)
            VllmLog.Raw("");
        log.Info("default_loader.py:314", "Loading weights took 4.25 seconds");
        log.Info("model_runner_v1.py:3208", "Loading model weights took 7.6857 GB");
        world.Hold(chip, (int)(options.MemoryShare * TotalMegabytes) - IdleMegabytes, $"VLLM::Worker_TP{rank}");
        await Task.Delay(world.Pace(1));
        if (rank == 0)
        {
            log.Info("backends.py:631", "Dynamo bytecode transform time: 20.27 s");
            log.Info("monitor.py:34", "torch.compile takes 26.20 s in total");
            await Task.Delay(world.Pace(1));
            log.Info("worker_v1.py:278", "Available memory: 49075702272, total memory: 65452113920");
        }

        return null;
    }

    private static int DeviceLost(VllmLog log)
    {
        log.Error("multiproc_executor.py:711", "WorkerProc hit an exception.");
        log.Error("multiproc_executor.py:711", "Traceback (most recent call last):");
        log.Error("multiproc_executor.py:711", "  File \"/vllm/v1/executor/multiproc_executor.py\", line 706, in worker_busy_loop");
        log.Error("multiproc_executor.py:711", "RuntimeError: synchronize:build/CMakeFiles/torch_npu.dir/compiler_depend.ts:444 NPU function error: ASCEND_ERROR_DEVICE_NOT_AVAILABLE, the device is not available");
        return 1;
    }

    private static int OutOfMemory(VllmLog log)
    {
        log.Error("multiproc_executor.py:711", "WorkerProc hit an exception.");
        log.Error("multiproc_executor.py:711", "RuntimeError: NPU out of memory. Tried to allocate 2.00 GiB (NPU 0; 60.96 GiB total capacity; 55.91 GiB already allocated; 55.91 GiB current active; 1.80 GiB free; 58.73 GiB reserved in total by PyTorch) If reserved memory is >> allocated memory try setting max_split_size_mb to avoid fragmentation.");
        return 1;
    }
}
