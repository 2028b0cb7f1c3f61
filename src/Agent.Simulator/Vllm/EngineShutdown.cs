using System.Diagnostics;

namespace Agent.Simulator.Vllm;

/// <summary>
/// The reaction to SIGTERM. Without a shutdown time-out, requests are aborted and the engine tree is killed in the same second. With a time-out, the
/// engine finishes its requests, and is killed when the time is over.
/// </summary>
internal sealed class EngineShutdown(VllmOptions options, EngineClient client, Process core, VllmLog log)
{
    private static readonly TimeSpan AbortTime = TimeSpan.FromSeconds(0.2);

    public async Task RunAsync()
    {
        var drain = options.ShutdownTimeout > 0;
        log.Info("launcher.py:100", "[shutdown] API server: shutdown triggered");
        log.Info("launcher.py:116", $"[shutdown] API server: stopping engine client mode={(drain ? "drain" : "abort")} timeout={options.ShutdownTimeout}s");
        log.Info("core_client.py:655", $"[shutdown] MPClient: start timeout={options.ShutdownTimeout}s");
        client.Order(new EngineOrder(drain ? EngineOrder.Drain : EngineOrder.AbortAll));
        log.Info("core_client.py:657", "[shutdown] MPClient: stopping engine manager");
        await WaitAsync(drain ? TimeSpan.FromSeconds(options.ShutdownTimeout) : AbortTime);
        if (!core.HasExited)
        {
            log.Warning("utils.py:626", "[shutdown] Process manager: force killing remaining processes count=1");
            KillTree(core);
        }

        client.EndAll();
        log.Info("core_client.py:659", "[shutdown] MPClient: engine manager stopped");
        log.Info("core_client.py:662", "[shutdown] MPClient: complete");
        log.Info("launcher.py:125", "[shutdown] API server: engine client stopped");
        log.Info("launcher.py:128", "[shutdown] API server: signalling HTTP server shutdown");
        log.Info("launcher.py:149", "[shutdown] API server: shutting down FastAPI HTTP server");
    }

    public static void KillTree(Process core)
    {
        if (!core.HasExited)
            core.Kill(entireProcessTree: true);
    }

    private async Task WaitAsync(TimeSpan longest)
    {
        using var limit = new CancellationTokenSource(longest);
        try
        {
            await core.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // The engine is killed next.
        }
    }
}
