using System.Diagnostics;

namespace Agent.Simulator.Vllm;

/// <summary>The process between API server and workers. It does not notice that the API server is gone: that makes orphans.</summary>
internal static class EngineCore
{
    public const string Program = "vllm-engine-core";

    /// <summary>Faults that end a running engine by its core.</summary>
    private static readonly string[] Deadly = ["engine-exit", "config-error", "kv-cache-too-small", "start-stall"];

    public static async Task<int> RunAsync(World world, string[] arguments)
    {
        var options = VllmOptions.Parse(arguments);
        Processes.SetTitle("VLLM::EngineCore");
        var log = new VllmLog("EngineCore_DP0");
        log.Info("core.py:116", $"Initializing a V1 LLM engine (v0.11.0) with config: model='{options.Model}', dtype=torch.bfloat16, max_seq_len={options.MaxLength}, tensor_parallel_size={options.TensorParallel}");
        List<Process> workers = [.. Enumerable.Range(0, options.TensorParallel).Select(rank => Children.Start(world, Worker.Program, [$"{rank}", .. arguments]))];
        var exit = await ServeAsync(world, options, workers, log);
        foreach (var worker in workers.Where(w => !w.HasExited))
            worker.Kill();
        return exit;
    }

    /// <summary>A file that tells the API server that the engine is up.</summary>
    public static string Ready(World world, int core) => Path.Combine(world.Folder, "engines", $"{core}.ready");

    private static async Task<int> ServeAsync(World world, VllmOptions options, List<Process> workers, VllmLog log)
    {
        while (!Enumerable.Range(0, workers.Count).All(rank => File.Exists(Worker.Ready(world, Environment.ProcessId, rank))))
        {
            if (workers.Exists(w => w.HasExited))
            {
                log.Error("core.py:600", "EngineCore failed to start.");
                log.Error("core.py:600", "Exception: WorkerProc initialization failed due to an exception in a background process. See stack trace for root cause.");
                return 1;
            }

            await Task.Delay(50);
        }

        if (world.Fault("kv-cache-too-small") is not null)
        {
            log.Error("core.py:600", "ValueError: To serve at least one request with the models's max seq len (16384), (3.0 GiB KV cache is needed, which is larger than the available KV cache memory (0.18 GiB). Based on the available memory, the estimated maximum model length is 976. Try increasing `gpu_memory_utilization` or decreasing `max_model_len` when initializing the engine.");
            return 1;
        }

        log.Info("kv_cache_utils.py:1229", "GPU KV cache size: 1,497,600 tokens");
        log.Info("kv_cache_utils.py:1234", $"Maximum concurrency for {options.MaxLength:#,0} tokens per request: 225.00x");
        log.Info("model_runner_v1.py:3938", "Starting to capture ACL graphs for cases: [8, 16], mode: FULL, uniform_decode: True");
        for (var percent = 0; percent <= 100; percent += 25)
        {
            VllmLog.Progress($"Capturing ACL graphs (decode, FULL): {percent,3}%|{new string('█', percent / 10)}{new string(' ', 10 - (percent / 10))}| {percent / 4}/25 [00:01<00:00,  1.42s/it]");
            await Task.Delay(world.Pace(0.4));
        }

        VllmLog.Raw("");
        log.Info("model_runner_v1.py:4057", "Graph capturing finished in 36 secs, took 0.40 GiB");
        log.Info("core.py:250", "init engine (profile, create kv cache, warmup model) took 79.08 seconds");
        File.WriteAllText(Ready(world, Environment.ProcessId), "");
        var startedAt = DateTimeOffset.UtcNow;
        while (!Deadly.Any(f => world.Hit(f, startedAt)))
        {
            var dead = workers.FindIndex(w => w.HasExited);
            if (dead >= 0)
            {
                log.Error("multiproc_executor.py:135", $"Worker proc VllmWorker-{dead} died unexpectedly (exit code: {(workers[dead].ExitCode > 128 ? 128 - workers[dead].ExitCode : workers[dead].ExitCode)}), shutting down executor.");
                log.Error("core.py:710", "EngineCore encountered a fatal error.");
                return 1;
            }

            await Task.Delay(100);
        }

        return 1;
    }
}
