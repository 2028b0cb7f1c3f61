using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Agent.Simulator.Vllm;

/// <summary>
/// The process between API server and workers. It starts the workers, loads, and then schedules. It does not notice when the API server is gone. So
/// it stays as an orphan that holds the chips.
/// </summary>
internal sealed class EngineCore
{
    public const string Program = "vllm-engine-core";
    public const string Title = "VLLM::EngineCore";

    public const string NoBlock =
        "No available shared memory broadcast block found in 60 seconds. This typically happens when some processes are hanging or doing some time-consuming "
            + "work (e.g. compilation).";

    private readonly World _world;
    private readonly VllmOptions _options;
    private readonly int _apiServer;
    private readonly string[] _arguments;
    private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;
    private readonly VllmLog _log = new("EngineCore_DP0");
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Process> _workers = [];
    private Task<int>? _ownWorker;
    private bool _ownWorkerReady;

    private EngineCore(World world, int apiServer, string[] arguments)
    {
        (_world, _apiServer, _arguments) = (world, apiServer, arguments);
        _options = new VllmOptions(arguments);
    }

    public static async Task<int> RunAsync(World world, string[] arguments)
    {
        Processes.SetTitle(Title);
        if (world.Report is { Survives: true })
            Processes.LeadSession();
        // The first word is only room for the title.
        return await new EngineCore(world, int.Parse(arguments[1], CultureInfo.InvariantCulture), arguments[2..]).RunAsync();
    }

    private async Task<int> RunAsync()
    {
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            if (!_world.Faults.Struck("ignores-sigterm", _startedAt))
                _terminated.TrySetResult();
        });
        _log.Info("core.py:116", $"Initializing a V1 LLM engine (v{VllmProgram.Version}) with config: model='{_options.Model}', speculative_config=None, "
            + $"dtype=torch.bfloat16, max_seq_len={_options.MaxLength}, tensor_parallel_size={_options.TensorParallel}, pipeline_parallel_size=1, "
            + $"data_parallel_size={_options.DataParallel}, quantization=None, device_config=npu, enable_prefix_caching=True, enable_chunked_prefill=True");
        StartWorkers();
        var work = WorkAsync();
        if (await Task.WhenAny(work, _terminated.Task) == work)
            return await work;

        _log.Info("core.py:1313", "[shutdown] EngineCore: trigger received signal=SIGTERM");
        _log.Info("core.py:1326", "[shutdown] EngineCore: exiting busy loop");
        return 0;
    }

    private void StartWorkers()
    {
        if (_options.Ranks == 1)
        {
            _ownWorker = new Worker(_world, _options, 0, Title, _startedAt).WorkAsync(() => _ownWorkerReady = true);
            return;
        }

        for (var rank = 0; rank < _options.Ranks; rank++)
        {
            // An earlier process of the same number may have left this file.
            File.Delete(Worker.Ready(_world, Environment.ProcessId, rank));
            _workers.Add(Children.Start(_world, Worker.Program, [$"{rank}", $"{Environment.ProcessId}", .. _arguments], deathPipe: true));
        }
    }

    private async Task<int> WorkAsync()
    {
        while (!WorkersReady())
        {
            if (DeadWorker() is not null)
                return StartFailed("Exception: WorkerProc initialization failed due to an exception in a background process. See stack trace for root cause.");
            await Task.Delay(20);
        }

        if (_world.Faults.StandsHere("start-dies"))
            return StartFailed($"RuntimeError: no kernel image for 0x{Environment.ProcessId:x8} at block {Environment.ProcessId}");
        if (_world.Faults.Stands("kv-cache-too-small"))
            return StartFailed("ValueError: To serve at least one request with the models's max seq len (16384), (3.0 GiB KV cache is needed, which is "
                + "larger than the available KV cache memory (0.18 GiB). Based on the available memory, the estimated maximum model length is 976. Try "
                + "increasing `gpu_memory_utilization` or decreasing `max_model_len` when initializing the engine.");
        var tokens = _options.Blocks * 128;
        _log.Info("kv_cache_utils.py:1229", $"GPU KV cache size: {tokens:#,0} tokens");
        _log.Info("kv_cache_utils.py:1234", string.Create(CultureInfo.InvariantCulture,
            $"Maximum concurrency for {_options.MaxLength:#,0} tokens per request: {tokens / (double)_options.MaxLength:0.00}x"));
        if (await CaptureGraphsAsync() is { } failed)
            return failed;

        using var link = await EngineLink.ConnectAsync(_apiServer);
        return await new EngineLoop(_world, _options, link, _startedAt, _log, DeadWorker).RunAsync();
    }

    private async Task<int?> CaptureGraphsAsync()
    {
        _log.Info("model_runner_v1.py:3938", "Starting to capture ACL graphs for cases: [8, 16, 24, 32, 40], mode: FULL, uniform_decode: True");
        for (var graph = 0; graph <= 25; graph += 5)
        {
            VllmLog.Progress(string.Create(CultureInfo.InvariantCulture,
                $"Capturing ACL graphs (decode, FULL): {graph * 4,3}%|{new string('█', graph * 2 / 5),-10}| {graph}/25 [00:{graph:00}<00:{25 - graph:00},  "
                + $"1.42s/it]"));
            await Task.Delay(_world.Pace(0.4));
            if (graph == 10 && _world.Faults.StandsHere("graph-capture-fails"))
                return CaptureFailed();
            if (DeadWorker() is not null)
                return StartFailed("Exception: WorkerProc initialization failed due to an exception in a background process. See stack trace for root cause.");
        }

        VllmLog.Raw("");
        _log.Info("model_runner_v1.py:4057", "Graph capturing finished in 36 secs, took 0.40 GiB");
        _log.Info("core.py:250", "init engine (profile, create kv cache, warmup model) took 79.08 seconds");
        _log.Info("core.py:180", "Batch queue is enabled with size 2");
        return null;
    }

    private int CaptureFailed()
    {
        VllmLog.Raw("\n[Error]: Stream resources are insufficient.\n        Check whether the number of streams meets the requirements by referring to the "
            + "description of the acl.rt.create_stream interface.");
        VllmLog.Raw($"[PID: {Environment.ProcessId}] {DateTime.Now:yyyy-MM-dd-HH:mm:ss}.891.861 Insufficient_Stream_Resources(EL0009): The stream resources "
            + $"are insufficient.");
        return StartFailed("RuntimeError: capture_begin:../torch_npu/csrc/core/npu/NPUGraph.cpp:230 NPU function error: "
            + "c10_npu::acl::AclmdlRICaptureBegin(capture_stream_, capture_mode), error code is 207008");
    }

    private bool WorkersReady() => _ownWorker is not null ? _ownWorkerReady : Enumerable.Range(0, _workers.Count)
        .All(rank => File.Exists(Worker.Ready(_world, Environment.ProcessId, rank)));

    /// <summary>vLLM's line about the first worker that is gone; null while all workers live.</summary>
    private string? DeadWorker()
    {
        if (_ownWorker is { IsCompleted: true })
            return "";
        var dead = _workers.FindIndex(w => w.HasExited);
        // .NET gives 128 + signal, Python minus the signal.
        return dead < 0 ? null : $"Worker proc VllmWorker-{dead} died unexpectedly (exit code: "
            + $"{(_workers[dead].ExitCode > 128 ? 128 - _workers[dead].ExitCode : _workers[dead].ExitCode)}), shutting down executor.";
    }

    private int StartFailed(string error)
    {
        foreach (var line in (string[])["EngineCore failed to start.", "Traceback (most recent call last):", error])
            _log.Error("core.py:842", line);
        return 1;
    }
}
