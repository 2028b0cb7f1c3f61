using System.Diagnostics;
using System.Threading.Channels;

namespace Agent.Simulator.Vllm;

/// <summary>
/// The busy loop of the engine core, and the effects of faults on it. A hang stops only the steps: the API server keeps the numbers of the last step.
/// </summary>
internal sealed class EngineLoop(World world, VllmOptions options, EngineLink link, DateTimeOffset startedAt, VllmLog log, Func<string?> deadWorker)
{
    private static readonly string[] Deadly = ["engine-exit", "config-error", "kv-cache-too-small", "start-stall", "dead-but-stays", "core-vanishes",
        "start-dies", "graph-capture-fails", "hccl-port-taken", "weights-slow"];
    private static readonly string[] Hangs = ["engine-hang", "engine-hang-busy", "engine-hang-uneven", "engine-hang-silent", "ignores-sigterm",
        "execute-timeout"];

    /// <summary>A step of this length reads a long prompt.</summary>
    private static readonly TimeSpan LongStep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BusyStep = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>The number of requests that wait for a partner that is gone.</summary>
    private const int Deferred = 20;

    /// <summary>The lines of a flood at each look: about a quarter of a megabyte.</summary>
    private const int FloodLines = 2000;

    private readonly EngineScheduler _scheduler = new(options);
    private readonly Channel<EngineOrder> _orders = Channel.CreateUnbounded<EngineOrder>();
    private readonly int[] _chips = options.Chips(world);
    private readonly CancellationTokenSource _hang = new();
    private readonly Stopwatch _sinceBusy = Stopwatch.StartNew();
    private Stopwatch? _sinceAlarm;
    private bool _idleHang;
    private long _floodLines;
    private (bool Waits, bool Starves) _held;

    public async Task<int> RunAsync()
    {
        _ = ListenAsync();
        link.Send(_scheduler.Report(), EngineJson.Default.EngineStep);
        var steps = StepsAsync();
        while (true)
        {
            if (Array.Exists(Deadly, f => world.Faults.Struck(f, startedAt)))
                return 1;
            if (deadWorker() is { } gone)
                return Fatal(gone);
            if (world.Faults.Find("execute-timeout") is { } late && late.At > startedAt && DateTimeOffset.UtcNow - late.At > world.Pace(30))
                return TimedOut();
            Watch();
            if (await Task.WhenAny(steps, Task.Delay(Look)) == steps)
            {
                // The loop has drained. If it broke, this line throws.
                await steps;
                log.Info("core.py:1463", "[shutdown] EngineCore: request processing complete; starting resource teardown");
                return 0;
            }
        }
    }

    private async Task ListenAsync()
    {
        // An API server that is gone orders nothing more. The engine stays, like a real one.
        while (await link.ReceiveAsync(EngineJson.Default.EngineOrder) is { } order)
            _orders.Writer.TryWrite(order);
    }

    private async Task StepsAsync()
    {
        try
        {
            while (!(_scheduler.Draining && _scheduler.IsIdle))
            {
                while (_orders.Reader.TryRead(out var order))
                    _scheduler.Take(order);
                if (_scheduler.IsIdle)
                {
                    link.Send(_scheduler.Report(), EngineJson.Default.EngineStep);
                    if (!_scheduler.Draining)
                        await _orders.Reader.WaitToReadAsync(_hang.Token);
                    continue;
                }

                await ComputeAsync(_scheduler.StepTime());
                link.Send(_scheduler.Step(), EngineJson.Default.EngineStep);
            }
        }
        catch (OperationCanceledException)
        {
            // The engine hangs. These numbers stay, and they are the last ones that the API server gets.
            var last = _scheduler.Report();
            link.Send(_idleHang ? last with { Running = 0, Waiting = 0, KvUsage = 0 } : last with { Running = Math.Max(1, last.Running) },
                EngineJson.Default.EngineStep);
            await Task.Delay(Timeout.Infinite);
        }
    }

    private void Watch()
    {
        Flood();
        Spin();
        Hold();
        _scheduler.Slow = world.Faults.Struck("slow", startedAt);
        _scheduler.SlowPrompts = world.Faults.StandsHere("prompts-slow");
        _scheduler.Shifted = world.Faults.Struck("shifted-logprobs", startedAt);
        _scheduler.Garbage = world.Faults.Struck("garbage", startedAt);
        if (_sinceAlarm is not null)
        {
            if (_sinceAlarm.Elapsed < world.Pace(60))
                return;
            _sinceAlarm.Restart();
            log.Info("shm_broadcast.py:466", EngineCore.NoBlock);
        }
        else if (Array.Exists(_chips, c => world.Faults.Hits("chip-alarm", c)) || world.Faults.Struck("worker-stuck", startedAt))
        {
            _sinceAlarm = Stopwatch.StartNew();
            _hang.Cancel();
        }
        else if (!_hang.IsCancellationRequested)
        {
            _idleHang = world.Faults.Struck("engine-hang-idle", startedAt);
            if (_idleHang || Array.Exists(Hangs, f => world.Faults.Struck(f, startedAt)))
                _hang.Cancel();
        }
    }

    /// <summary>In some hangs, chips compute at full load while they wait for the others in a collective.</summary>
    private void Spin()
    {
        var spinning = world.Faults.Struck("engine-hang-busy", startedAt) ? _chips : world.Faults.Struck("engine-hang-uneven", startedAt) ? _chips[..1] : [];
        if (spinning.Length == 0 || _sinceBusy.Elapsed < BusyStep)
            return;
        _sinceBusy.Restart();
        Array.ForEach(spinning, c => world.Compute(c, full: true));
    }

    /// <summary>This goes by messages, because only the loop of steps may touch the waiting requests.</summary>
    private void Hold()
    {
        var (waits, starves) = (world.Faults.StandsHere("kv-partner-dead"), world.Faults.StandsHere("canaries-starve"));
        if (waits != _held.Waits)
            _orders.Writer.TryWrite(new EngineOrder(EngineOrder.Defer, waits ? Deferred : 0));
        if (starves != _held.Starves)
            _orders.Writer.TryWrite(new EngineOrder(EngineOrder.Starve, starves ? 1 : 0));
        _held = (waits, starves);
    }

    private void Flood()
    {
        if (!world.Faults.StandsHere("log-flood"))
            return;
        for (var line = 0; line < FloodLines; line++)
            log.Warning("rejection_sampler.py:112", $"Sampled token {line} of request {_floodLines++} is out of the vocabulary, clamped");
    }

    private async Task ComputeAsync(TimeSpan time)
    {
        var full = time > LongStep;
        for (var rest = time; rest > TimeSpan.Zero; rest -= BusyStep)
        {
            if (_sinceBusy.Elapsed >= BusyStep)
            {
                _sinceBusy.Restart();
                foreach (var replica in _scheduler.BusyReplicas)
                    Array.ForEach(_chips[(replica * options.TensorParallel)..((replica + 1) * options.TensorParallel)], c => world.Compute(c, full));
            }

            await Task.Delay(rest < BusyStep ? rest : BusyStep, _hang.Token);
        }
    }

    private int TimedOut()
    {
        log.Error("dump_input.py:69", "Dumping input data for V1 LLM engine (v" + VllmProgram.Version + ") with config: ");
        log.Error("dump_input.py:79", "Dumping scheduler output for model execution:");
        log.Error("core.py:710", "EngineCore encountered a fatal error.");
        log.Error("core.py:710", "TimeoutError: RPC call to execute_model timed out.");
        return 1;
    }

    private int Fatal(string gone)
    {
        if (gone.Length > 0)
            log.Error("multiproc_executor.py:230", gone);
        log.Error("core.py:710", "EngineCore encountered a fatal error.");
        log.Error("core.py:710", "Traceback (most recent call last):");
        log.Error("core.py:710", "  File \"/vllm-workspace/vllm/vllm/v1/engine/core.py\", line 701, in run_engine_core");
        log.Error("core.py:710", "RuntimeError: Executor failed.");
        return 1;
    }
}
