using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Agent.Simulator.Vllm;

/// <summary>
/// <c>vllm serve</c>: the API server of the tree. Binds its port at once and listens only when the model is loaded; answers
/// 503 when its engine core died and leaves with exit code 0 soon after.
/// </summary>
internal static class ApiServer
{
    private static readonly VllmLog Log = new("APIServer");
    private static readonly TimeSpan DeadWindow = TimeSpan.FromSeconds(1.5);

    public static async Task<int> RunAsync(World world, string[] arguments)
    {
        world.LogCall("vllm", arguments);
        if (arguments is ["--version"])
        {
            Console.WriteLine("0.11.0");
            return 0;
        }

        if (arguments is not ["serve", .. var rest] || VllmOptions.Parse(rest) is not { Model.Length: > 0 } options)
        {
            Console.Error.WriteLine("usage: vllm serve MODEL [options]");
            return 2;
        }

        Log.Info("api_server.py:1839", "vLLM API server version 0.11.0");
        Log.Info("utils.py:233", $"non-default args: {{'model_tag': '{options.Model}', {string.Join(", ", options.All.Where(a => a.Key != "api_key").Select(a => $"'{a.Key}': '{a.Value}'"))}}}");
        if (world.Fault("config-error") is not null)
        {
            VllmLog.Raw("Traceback (most recent call last):");
            VllmLog.Raw("pydantic_core._pydantic_core.ValidationError: 1 validation error for ModelConfig");
            VllmLog.Raw("  Value error, User-specified max_model_len (1048576) is greater than the derived max_model_len (max_position_embeddings=163840.0 or model_max_length=None in model's config.json).");
            return 1;
        }

        Log.Info("model.py:547", "Resolved architecture: DeepseekV3ForCausalLM");
        Log.Info("model.py:1510", $"Using max model len {options.MaxLength}");
        using var socket = Bind(options);
        if (socket is null)
            return 1;
        return await ServeAsync(world, options, rest, socket);
    }

    private static Socket? Bind(VllmOptions options)
    {
        var address = IPAddress.Parse(options.Host == "localhost" ? "127.0.0.1" : options.Host);
        using (var probe = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp))
        {
            try
            {
                probe.Bind(new IPEndPoint(address, options.Port));
            }
            catch (SocketException)
            {
                VllmLog.Raw("OSError: [Errno 98] Address already in use");
                return null;
            }
        }

        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(address, options.Port));
        return socket;
    }

    private static async Task<int> ServeAsync(World world, VllmOptions options, string[] arguments, Socket socket)
    {
        using var tracker = Children.Start(world, ResourceTracker.Program, []);
        using var core = Children.Start(world, EngineCore.Program, arguments);
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Scheduler? scheduler = null;
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            if (scheduler?.IgnoresStop != true)
                stop.TrySetResult();
        });

        world.RegisterEngine(options.Port);
        while (!File.Exists(EngineCore.Ready(world, core.Id)))
        {
            if (stop.Task.IsCompleted)
            {
                KillTree(core);
                VllmLog.Raw("KeyboardInterrupt: terminated");
                return 1;
            }

            if (core.HasExited)
            {
                VllmLog.Raw("RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {'EngineCore_DP0': 1}");
                return 1;
            }

            await Task.Delay(50);
        }

        var metrics = new VllmMetrics(options.ServedName);
        scheduler = new Scheduler(world, options, metrics, DateTimeOffset.UtcNow);
        await using var app = HttpApi.Build(options, scheduler, metrics, socket);
        Log.Info("api_server.py:2052", $"Starting vLLM API server 0 on http://{options.Host}:{options.Port}");
        Log.Info("launcher.py:38", "Available routes are:");
        foreach (var route in (string[])["/health, Methods: GET", "/metrics, Methods: GET", "/v1/models, Methods: GET", "/v1/completions, Methods: POST", "/v1/chat/completions, Methods: POST"])
            Log.Info("launcher.py:46", $"Route: {route}");
        Log.Uvicorn($"Started server process [{Environment.ProcessId}]");
        Log.Uvicorn("Waiting for application startup.");
        await app.StartAsync();
        Log.Uvicorn("Application startup complete.");
        return await WatchAsync(world, scheduler, metrics, core, stop.Task, app);
    }

    private static async Task<int> WatchAsync(World world, Scheduler scheduler, VllmMetrics metrics, Process core, Task stop, WebApplication app)
    {
        var statistics = Stopwatch.StartNew();
        while (!stop.IsCompleted && !core.HasExited)
        {
            scheduler.Watch();
            if (metrics.Running > 0 && statistics.Elapsed > world.Pace(10))
            {
                statistics.Restart();
                Log.Info("loggers.py:127", $"Engine 000: Avg prompt throughput: 75.8 tokens/s, Avg generation throughput: 34.5 tokens/s, Running: {metrics.Running} reqs, Waiting: {metrics.Waiting} reqs, GPU KV cache usage: 1.0%, Prefix cache hit rate: 0.0%");
            }

            await Task.WhenAny(stop, Task.Delay(50));
        }

        scheduler.Dead = true;
        if (stop.IsCompleted)
        {
            Log.Info("launcher.py:100", "[shutdown] API server: shutdown triggered");
            Log.Info("launcher.py:116", "[shutdown] API server: stopping engine client mode=abort timeout=0s");
            KillTree(core);
            Log.Info("launcher.py:125", "[shutdown] API server: engine client stopped");
        }
        else
        {
            Log.Error("core_client.py:605", "Engine core proc EngineCore_DP0 died unexpectedly, shutting down client.");
            Log.Error("async_llm.py:480", "vllm.v1.engine.exceptions.EngineDeadError: EngineCore encountered an issue. See stack trace (above) for the root cause.");
            await Task.Delay(DeadWindow);
        }

        Log.Uvicorn("Shutting down");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(limit.Token);
        Log.Uvicorn("Application shutdown complete.");
        return 0;
    }

    private static void KillTree(Process core)
    {
        if (!core.HasExited)
            core.Kill(entireProcessTree: true);
    }
}
