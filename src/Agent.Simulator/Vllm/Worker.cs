using System.Globalization;

namespace Agent.Simulator.Vllm;

/// <summary>
/// One tensor-parallel rank. It holds its chip's memory, and leaves when its engine core goes (vLLM's death pipe). An engine of one chip has no such
/// process: its core does this work itself.
/// </summary>
internal sealed class Worker(World world, VllmOptions options, int rank, string name, DateTimeOffset startedAt)
{
    public const string Program = "vllm-worker";

    private const int Kill = 9;
    private const int Shards = 17;

    /// <summary>The memory that a rank of another chip takes on the first chip of its engine. Real tables show it, and it is no leak.</summary>
    private const int ForeignContext = 107;

    private readonly VllmLog _log = new(LogName(name, rank));
    private readonly int[] _chips = options.Chips(world);
    private readonly WorkerErrors _errors = new(new VllmLog(LogName(name, rank)), rank, options.MemoryShare);

    private int Chip => _chips[rank];

    public static async Task<int> RunAsync(World world, string[] arguments)
    {
        // The first word is only room for the title.
        var (rank, core) = (int.Parse(arguments[1], CultureInfo.InvariantCulture), int.Parse(arguments[2], CultureInfo.InvariantCulture));
        var title = $"VLLM::Worker_TP{rank}";
        Processes.SetTitle(title);
        var worker = new Worker(world, new VllmOptions(arguments[3..]), rank, title, DateTimeOffset.UtcNow);
        var orphaned = Children.ParentEndedAsync();
        var work = worker.WorkAsync(() => File.WriteAllText(Ready(world, core, rank), ""));
        if (await Task.WhenAny(orphaned, work) == work)
            return await work;
        worker._log.Info("multiproc_executor.py:793", "Parent process exited, terminating worker queues");
        return 0;
    }

    /// <summary>A file that tells the engine core that the rank is up.</summary>
    public static string Ready(World world, int core, int rank) => Path.Combine(world.Folder, "engines", $"{core}-{rank}.ready");

    /// <summary>Loads, reports that it is ready, and then works until a fault ends it. The result is the exit code.</summary>
    public async Task<int> WorkAsync(Action ready)
    {
        if (await LoadAsync() is { } failure)
            return failure;
        ready();
        while (true)
        {
            if (IsLost())
                return _errors.DeviceLost();
            if (rank == 0 && world.Faults.Struck("out-of-memory", startedAt))
                return _errors.OutOfMemory();
            if (rank == 0 && world.Faults.Struck("aicore-timeout", startedAt))
                return _errors.CoreTimeout();
            if (rank == options.Ranks - 1 && world.Faults.Struck("collective-timeout", startedAt))
                return _errors.CollectiveTimeout();
            if (options.Ranks > 1 && rank == 1 && world.Faults.Struck("worker-killed", startedAt))
                Processes.Signal(Environment.ProcessId, Processes.Self().StartTicks, Kill);
            await Task.Delay(100);
        }
    }

    private static string LogName(string name, int rank) => name == EngineCore.Title ? "EngineCore_DP0" : $"Worker_TP{rank}";

    private bool IsLost() => world.Faults.Hits("chips-unavailable", Chip) || world.Driver.IsDown || Chip >= world.Settings.Chips;

    private async Task<int?> LoadAsync()
    {
        await Task.Delay(world.Pace(0.5));
        if (IsLost())
            return _errors.DeviceLost();

        _log.Info("parallel_state.py:1208",
            $"world_size={options.TensorParallel} rank={rank} local_rank={rank} distributed_init_method=tcp://127.0.0.1:40845 backend=hccl");
        _log.Info("parallel_state.py:1394",
            $"rank {rank} in world size {options.TensorParallel} is assigned as DP rank 0, PP rank 0, TP rank {rank}, EP rank {rank}");
        var free = ChipMemory.TotalGiB - ((world.Memory.Used(Chip) - ChipMemory.Idle) / 1024.0);
        if (free < options.MemoryShare * ChipMemory.TotalGiB)
            return _errors.MemoryTaken(free);

        if (world.Faults.StandsHere("hccl-port-taken"))
            return _errors.PortTaken();

        while (world.Faults.Hits("chip-alarm", Chip))
        {
            await Task.Delay(world.Pace(60));
            if (rank == 0)
                new VllmLog("EngineCore_DP0").Info("shm_broadcast.py:466", EngineCore.NoBlock);
        }

        await LoadWeightsAsync();
        var whole = (int)(options.MemoryShare * ChipMemory.Total);
        world.Memory.Hold(Chip, Math.Min(whole, ChipMemory.Total - ChipMemory.Idle), name);
        if (rank > 0)
            world.Memory.Hold(_chips[0], ForeignContext, name);
        await Task.Delay(world.Pace(1));
        if (rank == 0)
        {
            _log.Info("backends.py:631", "Using cache directory: /root/.cache/vllm/torch_compile_cache/a0ceb5f0fe/rank_0_0/backbone for vLLM's torch.compile");
            _log.Info("backends.py:647", "Dynamo bytecode transform time: 20.27 s");
            await Task.Delay(world.Pace(1.5));
            _log.Info("monitor.py:34", "torch.compile takes 26.20 s in total");
            _log.Info("worker_v1.py:278", "Available memory: 49075702272, total memory: 65452113920");
        }

        return IsLost() ? _errors.DeviceLost() : null;
    }

    private async Task LoadWeightsAsync()
    {
        _log.Info("model_runner_v1.py:3182", $"Starting to load model {options.Model}...");
        var part = options.MemoryShare * ChipMemory.Total / 3;
        var slow = world.Faults.StandsHere("weights-slow");
        for (var shard = 0; shard <= Shards; shard++)
        {
            world.Memory.Hold(Chip, (int)(600 + (part * shard / Shards)), name);
            if (rank == 0)
                VllmLog.Progress(string.Create(CultureInfo.InvariantCulture,
                    $"Loading safetensors checkpoint shards: {Math.Round(shard * 100.0 / Shards),3}% Completed | {shard}/{Shards} "
                    + $"[{(slow ? shard : 0):00}:{(slow ? 0 : shard / 4):00}<{(slow ? Shards - shard : 0):00}:{(slow ? 0 : (Shards - shard) / 4):00},  "
                    + $"4.06it/s]"));
            // This lasts until the fault is healed. The line of shard 9 stays the last one.
            while (shard == 9 && world.Faults.Stands("start-stall"))
                await Task.Delay(100);
            await Task.Delay(world.Pace(slow ? 10 : 4.25 / (Shards + 1)));
        }

        if (rank == 0)
            VllmLog.Raw("\n" + $"(Worker_TP0 pid={Environment.ProcessId}) ");
        _log.Info("default_loader.py:314", "Loading weights took 4.25 seconds");
        _log.Info("model_runner_v1.py:3208", "Loading model weights took 7.6857 GB");
    }
}
