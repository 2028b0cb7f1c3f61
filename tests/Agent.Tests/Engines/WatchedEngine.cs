using Agent.Adapters.VllmHttp;
using Agent.Domain.Engines;
using Agent.Engines;
using Agent.Probes.Npu;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines;

/// <summary>Looks at a <see cref="BusyEngine"/> as the probes do with their default times, and judges it twice as often.</summary>
internal sealed class WatchedEngine
{
    private const int CanaryTimeout = 20;
    private static readonly EngineRun Run = new(4711, 1, "boot", DateTimeOffset.UnixEpoch, "/log", "vllm serve m");

    private readonly BusyEngine _engine;
    private readonly FakeTimeProvider _clock;
    private readonly int _offset;
    private readonly HttpTrack _health;
    private readonly HttpTrack _scrapes;
    private readonly CounterTrack _counters;
    private readonly CanaryTrack _canaries;
    private readonly ChipTrack _chips;
    private EngineSigns _signs = new();
    private (AskedCanary Asked, int Second, int Try)? _asked;
    private EngineCounters? _last;

    public WatchedEngine(BusyEngine engine, FakeTimeProvider clock, int offset)
    {
        (_engine, _clock, _offset) = (engine, clock, offset);
        (_health, _scrapes, _counters, _canaries, _chips) = (new HttpTrack(clock), new HttpTrack(clock), new CounterTrack(clock), new CanaryTrack(clock), new ChipTrack(clock));
    }

    public EngineVerdict Look(int second)
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        var (stretch, now, tick) = (_engine.At(second), _clock.GetUtcNow(), second + _offset);
        _engine.Step(stretch);
        _signs = _signs with
        {
            Process = new ProcessSign(now, ProcessLife.Running, "process 4711"),
            Log = new LogSign(now, stretch.Starts ? "loading weights" : "serving", !stretch.Starts, TimeSpan.FromSeconds(stretch.Starts ? second : 0)),
        };
        if (!stretch.Starts)
            LookInside(stretch, second, tick);
        return EngineJudge.Judge(_signs, new EngineLimits(), now);
    }

    private void LookInside(Stretch stretch, int second, int tick)
    {
        if (tick % 5 == 0)
            _signs = _signs with { Health = _health.Take(Run, stretch.IsSilent ? HttpEnd.TimedOut : HttpEnd.Answered, "/health") };
        var late = stretch.IsSilent || stretch.MetricsAreLate;
        if (tick % 5 == 1)
            _signs = _signs with { Metrics = _scrapes.Take(Run, late ? HttpEnd.TimedOut : HttpEnd.Answered, "/metrics"), Counters = late ? _signs.Counters : _counters.Take(Run, _engine.Counters(stretch)) };
        if (tick % 15 == 2 && !stretch.ChipsAreUnseen)
            _signs = _signs with { Chips = _chips.Take(Run, BusyEngine.Chips(stretch), isUneven: false, holdsMemory: true) };
        Canary(stretch, second, tick, late ? null : _engine.Counters(stretch));
    }

    private void Canary(Stretch stretch, int second, int tick, EngineCounters? counters)
    {
        if (_asked is null && tick % 60 == 3)
        {
            if (counters is { HasWork: true } && _last is not null && counters.MovedFrom(_last))
                _signs = _signs with { Canary = _canaries.Busy(Run) };
            else
                _asked = (_canaries.Ask(Run, counters), second, 1);
            _last = counters;
            return;
        }

        if (_asked is not { } asked || (second - asked.Second < Math.Min(stretch.CanarySeconds, CanaryTimeout)))
            return;
        var answered = second - asked.Second < CanaryTimeout && !stretch.IsSilent;
        if (answered)
            _engine.Answered();
        _last = counters is null ? null : _engine.Counters(stretch);
        var result = answered
            ? new CanaryResult(VllmEnd.Answered, "Paris", null, (second - asked.Second) / (double)BusyEngine.CanaryTokens) { Tokens = BusyEngine.CanaryTokens }
            : new CanaryResult(VllmEnd.TimedOut, "no answer within 20 s", null, null);
        _signs = _signs with { Canary = _canaries.Take(asked.Asked, result, _last, firstOfLook: asked.Try == 1) };
        _asked = answered || asked.Try == 2 ? null : (_canaries.Ask(Run, _last), second, asked.Try + 1);
    }
}
