using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Agent.Simulator.Vllm;

/// <summary>
/// <c>vllm serve</c>: the API server of the tree. It binds its port at once and listens only when the model is loaded. It answers 503 after its
/// engine core died, and leaves with exit code 0 soon after.
/// </summary>
internal sealed class ApiServer(World world, VllmOptions options, string[] arguments)
{
    private const int SolSocket = 1;
    private const int SoReuseAddr = 2;
    private const int Interrupted = 130;

    /// <summary>This takes up to 5 s in vLLM (its watchdog looks that often); it is shorter here.</summary>
    private static readonly TimeSpan DeadWindow = TimeSpan.FromSeconds(0.8);

    private static readonly VllmLog Log = new("APIServer");

    private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;
    private readonly ReportPlayer? _report = ReportPlayer.Of(world, DateTimeOffset.UtcNow);
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<int> RunAsync()
    {
        if (_report is { Serves: false })
            return await _report.FailAsync();
        Log.Info("api_server.py:1839", $"vLLM API server version {VllmProgram.Version}");
        Log.Info("utils.py:233", $"non-default args: {options.NonDefault()}");
        if (Bind() is not { } socket)
            return 1;
        using (socket)
        {
            using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
            if (RefusedConfiguration() is { } problem)
            {
                VllmLog.Raw("Traceback (most recent call last):\n  File \"/vllm-workspace/vllm/vllm/engine/arg_utils.py\", line 1117, in "
                    + "create_model_config\n    return ModelConfig(");
                VllmLog.Raw($"pydantic_core._pydantic_core.ValidationError: 1 validation error for {problem}");
                return 1;
            }

            VllmLog.Raw("INFO 11-24 10:00:00 [__init__.py:217] Platform plugin ascend is activated".Replace("11-24 10:00:00",
                DateTime.Now.ToString("MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
            Log.Info("model.py:547", "Resolved architecture: Qwen3ForCausalLM");
            Log.Info("model.py:1510", $"Using max model len {options.MaxLength}");
            Log.Info("scheduler.py:205", $"Chunked prefill is enabled with max_num_batched_tokens={options.MaxBatchedTokens}.");
            world.RegisterEngine(options.Port, options.Chips(world));
            return await StartAsync(socket);
        }
    }

    /// <summary>Acts on the first signal only; later ones are ignored.</summary>
    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!world.Faults.Struck("ignores-sigterm", _startedAt))
            _stop.TrySetResult();
        else
            Log.Info("core.py:1440", "[shutdown] EngineCore: draining in-flight requests count=1 timeout=600s");
    }

    private Socket? Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            var address = options.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(options.Host);
            if (address.AddressFamily != AddressFamily.InterNetwork)
                throw new VllmUsageException($"argument --host: the simulated vLLM listens on IPv4 only, found '{options.Host}'");
            // The option is set raw: .NET's own option would set SO_REUSEPORT too, and two servers could then listen on one port.
            socket.SetRawSocketOption(SolSocket, SoReuseAddr, BitConverter.GetBytes(1));
            socket.Bind(new IPEndPoint(address, options.Port));
            return socket;
        }
        catch (SocketException taken)
        {
            VllmLog.Raw("Traceback (most recent call last):\n  File \"/vllm-workspace/vllm/vllm/entrypoints/openai/api_server.py\", line 1995, in "
                + "setup_server\n    sock.bind(addr)");
            VllmLog.Raw(taken.SocketErrorCode == SocketError.AddressAlreadyInUse ? "OSError: [Errno 98] Address already in use"
                : $"OSError: [Errno {taken.NativeErrorCode}] {taken.Message}");
            socket.Dispose();
            return null;
        }
        catch (FormatException)
        {
            socket.Dispose();
            throw new VllmUsageException($"argument --host: found '{options.Host}', an IPv4 address is needed");
        }
    }

    private string? RefusedConfiguration()
    {
        if (world.Faults.Stands("config-error"))
            return $"ModelConfig\n  Value error, User-specified max_model_len ({options.MaxLength}) is greater than the derived max_model_len "
                + $"(max_position_embeddings=1024 or model_max_length=None in model's config.json). To allow overriding this maximum, set the env var "
                + $"VLLM_ALLOW_LONG_MAX_MODEL_LEN=1 [type=value_error, input_type=ArgsKwargs]";
        var chips = options.Chips(world).Length;
        return chips < options.Ranks
            ? $"ParallelConfig\n  Value error, World size ({options.Ranks}) is larger than the number of available NPUs ({chips}) in this node. "
                + $"[type=value_error, input_type=ArgsKwargs]"
            : null;
    }

    private async Task<int> StartAsync(Socket socket)
    {
        var told = _report?.BeginAsync() ?? Task.CompletedTask;
        await Task.Delay(world.Pace(0.8));
        using var meeting = EngineLink.Listen();
        using var tracker = Children.Start(world, ResourceTracker.Program, [], deathPipe: true);
        using var core = Children.Start(world, EngineCore.Program, [$"{Environment.ProcessId}", .. arguments]);
        var accepted = meeting.AcceptAsync();
        var gone = core.WaitForExitAsync();
        var limit = Task.Delay(world.Faults.StandsHere("weights-slow") ? world.Pace(100) : Timeout.InfiniteTimeSpan);
        // A real API server has waited for a core that was long dead.
        await (world.Faults.StandsHere("start-dies") ? Task.WhenAny(accepted, _stop.Task) : Task.WhenAny(accepted, gone, limit, _stop.Task));
        if (_stop.Task.IsCompleted)
        {
            EngineShutdown.KillTree(core);
            VllmLog.Raw("Traceback (most recent call last):\n  File \"/vllm-workspace/vllm/vllm/entrypoints/openai/api_server.py\", line 2040, in "
                + "signal_handler\n    raise KeyboardInterrupt(\"terminated\")\nKeyboardInterrupt: terminated");
            return Interrupted;
        }

        if (limit.IsCompleted)
        {
            VllmLog.Raw($"(APIServer pid={Environment.ProcessId}) TimeoutError: Timed out waiting for engine core processes to start. This is often caused "
                + $"by slow weight loading for large models. Waited 600s (configured by VLLM_ENGINE_READY_TIMEOUT_S). To increase the timeout, set the "
                + $"environment variable: VLLM_ENGINE_READY_TIMEOUT_S=<seconds>");
            EngineShutdown.KillTree(core);
            return 1;
        }

        if (!accepted.IsCompletedSuccessfully)
        {
            VllmLog.Raw($"(APIServer pid={Environment.ProcessId}) RuntimeError: Engine core initialization failed. See root cause above. Failed core "
                + $"proc(s): {{'EngineCore_DP0': 1}}");
            return 1;
        }

        await told;
        var metrics = new VllmMetrics(options);
        using var client = new EngineClient(new EngineLink(await accepted), metrics);
        await using var app = HttpApi.Build(options, client, metrics, socket, new HttpTrouble(world, _startedAt), Log);
        if (!await ListenAsync(app))
        {
            EngineShutdown.KillTree(core);
            return 1;
        }

        _ = _report?.GoOnAsync(() => EngineShutdown.KillTree(core));
        return await ServeAsync(client, metrics, core, app);
    }

    private async Task<bool> ListenAsync(WebApplication app)
    {
        Log.Info("api_server.py:1725", "Supported tasks: ['generate']");
        Log.Info("api_server.py:2052", $"Starting vLLM API server 0 on http://{options.Host}:{options.Port}");
        Log.Info("launcher.py:38", "Available routes are:");
        foreach (var route in HttpApi.Routes)
            Log.Info("launcher.py:46", $"Route: {route.Path}, Methods: {route.Method}");
        // From here on its own lines about requests are printed, no matter which report it plays.
        VllmLog.IsSilent = false;
        Log.Uvicorn($"Started server process [{Environment.ProcessId}]");
        Log.Uvicorn("Waiting for application startup.");
        try
        {
            await app.StartAsync();
            world.LogService(options.Port, serves: true);
            Log.Uvicorn("Application startup complete.");
            return true;
        }
        catch (Exception taken) when (taken is IOException or SocketException)
        {
            // Another server listens meanwhile. Two servers that load at the same time can both bind; the later one fails here.
            VllmLog.Raw("Traceback (most recent call last):\n  File \"/usr/local/python3.11/lib/python3.11/asyncio/base_events.py\", line 1539, in "
                + "create_server\n    server._start_serving()\nOSError: [Errno 98] Address already in use");
            return false;
        }
    }

    /// <summary>The watch on the core's end. With core-vanishes it fails, as it was seen to fail on Ascend hosts.</summary>
    private async Task CoreGoneAsync(Process core)
    {
        await core.WaitForExitAsync();
        if (world.Faults.Struck("core-vanishes", _startedAt))
            await Task.Delay(Timeout.InfiniteTimeSpan);
    }

    private async Task<int> ServeAsync(EngineClient client, VllmMetrics metrics, Process core, WebApplication app)
    {
        var gone = CoreGoneAsync(core);
        var statistics = new StatisticsLine(metrics, Log);
        while (!_stop.Task.IsCompleted && !gone.IsCompleted)
        {
            var tick = Task.Delay(world.Pace(10));
            if (await Task.WhenAny(gone, _stop.Task, tick) == tick && options.LogsStatistics)
                statistics.Print(world.Pace(10));
        }

        world.LogService(options.Port, serves: false);
        if (_stop.Task.IsCompleted)
        {
            await new EngineShutdown(options, client, core, Log).RunAsync();
        }
        else
        {
            Log.Error("core_client.py:564", "Engine core proc EngineCore_DP0 died unexpectedly, shutting down client.");
            client.Die();
            Log.Error("async_llm.py:480", "AsyncLLM output_handler failed.");
            Log.Error("async_llm.py:480", "vllm.v1.engine.exceptions.EngineDeadError: EngineCore encountered an issue. See stack trace (above) for the root "
                + "cause.");
            await Task.WhenAny(_stop.Task, Task.Delay(world.Faults.Struck("dead-but-stays", _startedAt) ? Timeout.InfiniteTimeSpan : DeadWindow));
        }

        Log.Uvicorn("Shutting down");
        Log.Uvicorn("Waiting for application shutdown.");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(0.5));
        await app.StopAsync(limit.Token);
        Log.Uvicorn("Application shutdown complete.");
        return _report?.ExitCode ?? 0;
    }
}
