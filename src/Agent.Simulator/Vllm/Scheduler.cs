using System.Diagnostics;

namespace Agent.Simulator.Vllm;

/// <summary>One request as it goes through the engine.</summary>
internal sealed class EngineRequest(int promptTokens, string[] answer)
{
    public int PromptTokens => promptTokens;

    public string[] Answer => answer;

    public Stopwatch Age { get; } = Stopwatch.StartNew();

    public TimeSpan Queued { get; set; }

    public TimeSpan FirstToken { get; set; }

    public TimeSpan LastToken { get; set; }
}

/// <summary>
/// Continuous batching with a limit: what exceeds it waits. The gauges are pushed by engine steps, so they freeze when the
/// engine hangs, as vLLM's do.
/// </summary>
internal sealed class Scheduler(World world, VllmOptions options, VllmMetrics metrics, DateTimeOffset startedAt)
{
    private static readonly TimeSpan FirstTokenTime = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan TokenTime = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _slots = new(options.MaxSequences, options.MaxSequences);
    private int _running;
    private int _waiting;

    public bool Dead { get; set; }

    /// <summary>Set when a hang begins: nothing moves from then on, whatever is healed later.</summary>
    private bool _hung;

    public bool IgnoresStop => world.Hit("ignores-sigterm", startedAt);

    public bool SpeaksGarbage => world.Hit("garbage", startedAt);

    /// <summary>Answers token by token. Never ends when the engine hangs; throws when it dies.</summary>
    public async IAsyncEnumerable<string> RunAsync(EngineRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        Interlocked.Increment(ref _waiting);
        Push();
        var waiting = true;
        try
        {
            await _slots.WaitAsync(cancellation);
            waiting = false;
            Interlocked.Decrement(ref _waiting);
            Interlocked.Increment(ref _running);
            request.Queued = request.Age.Elapsed;
            Push();
            for (var i = 0; i < request.Answer.Length; i++)
            {
                await StepAsync(i == 0 ? FirstTokenTime : TokenTime, cancellation);
                var gap = request.Age.Elapsed - request.LastToken;
                request.LastToken = request.Age.Elapsed;
                if (i == 0)
                    request.FirstToken = request.LastToken;
                metrics.Token(request, i, gap);
                Push();
                yield return request.Answer[i];
            }

            metrics.Finished(request);
        }
        finally
        {
            if (waiting)
            {
                Interlocked.Decrement(ref _waiting);
            }
            else
            {
                Interlocked.Decrement(ref _running);
                _slots.Release();
            }

            Push();
        }
    }

    /// <summary>Looks whether a fault hangs the engine; freezes the gauges as it does.</summary>
    public void Watch()
    {
        if (_hung)
            return;
        var busyHang = world.Hit("engine-hang", startedAt) || IgnoresStop || options.Chips().Any(world.IsAlarming);
        var idleHang = world.Hit("engine-hang-idle", startedAt);
        if (!busyHang && !idleHang)
            return;
        metrics.Running = idleHang ? 0 : Math.Max(1, _running);
        metrics.Waiting = idleHang ? 0 : _waiting;
        _hung = true;
    }

    private async Task StepAsync(TimeSpan time, CancellationToken cancellation)
    {
        await Task.Delay(world.Hit("slow", startedAt) ? time * 20 : time, cancellation);
        Watch();
        while (_hung && !Dead)
            await Task.Delay(100, cancellation);
        if (Dead)
            throw new EngineDeadException();
    }

    private void Push()
    {
        if (_hung)
            return;
        metrics.Running = _running;
        metrics.Waiting = _waiting;
    }
}

internal sealed class EngineDeadException : Exception;
