using Agent.Adapters.VllmHttp;
using Agent.Domain.Engines;
using Agent.Engines;
using Agent.Probes.Npu;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines;

/// <summary>
/// Looks at a <see cref="BusyEngine"/> as the probes do with their default times, looks that one probe wants of another among
/// them, and judges it twice as often. What is not answered is known so late as the probes' limits make it.
/// </summary>
internal sealed class WatchedEngine
{
    private const int CanaryTimeout = 20;

    /// <summary>The limit of a look at /health or /metrics, in whole seconds.</summary>
    private const int HttpTimeout = 4;
    private static readonly EngineRun Run = new(4711, 1, "boot", DateTimeOffset.UnixEpoch, "/log", "vllm serve m");

    private readonly BusyEngine _engine;
    private readonly FakeTimeProvider _clock;
    private readonly int _offset;
    private readonly HttpTrack _health;
    private readonly HttpTrack _scrapes;
    private readonly ServerTrack _server;
    private readonly CounterTrack _counters;
    private readonly CanaryTrack _canaries;
    private readonly ChipTrack _chips;
    private readonly RankLayout? _layout;
    private readonly EngineLimits _limits;
    private EngineVerdict? _verdict;
    private EngineSigns _signs = new();
    private (bool Chips, bool Canary) _wanted;
    private (AskedCanary Asked, int Second, int Try)? _asked;
    private EngineCounters? _last;
    private int? _healthAsked;
    private int? _scrapeAsked;

    public WatchedEngine(BusyEngine engine, FakeTimeProvider clock, int offset, RankLayout? layout = null, EngineLimits? limits = null)
    {
        (_engine, _clock, _offset, _layout, _limits) = (engine, clock, offset, layout, limits ?? new EngineLimits());
        (_health, _scrapes, _server, _counters, _canaries, _chips) = (new HttpTrack(clock), new HttpTrack(clock), new ServerTrack(clock, TimeSpan.FromSeconds(15)), new CounterTrack(clock, _limits.StallGrace, TimeSpan.FromSeconds(15)), new CanaryTrack(clock), new ChipTrack(clock));
    }

    public EngineVerdict Look(int second)
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        var (stretch, now, tick) = (_engine.At(second), _clock.GetUtcNow(), second + _offset);
        _engine.Step(stretch);
        if (stretch.AgentIsAway && _verdict is not null)
            return _verdict;
        _signs = _signs with
        {
            Process = new ProcessSign(now, ProcessLife.Running, "process 4711"),
            Log = new LogSign(now, stretch.Starts ? "loading weights" : "serving", !stretch.Starts, TimeSpan.FromSeconds(stretch.Starts ? second : 0)),
        };
        if (!stretch.Starts)
            LookInside(stretch, second, tick);
        return _verdict = EngineJudge.Judge(_signs, _limits, now);
    }

    private void LookInside(Stretch stretch, int second, int tick)
    {
        Health(stretch, second, tick);
        var late = stretch.IsSilent || stretch.MetricsAreLate;
        if (tick % 5 == 1)
            _scrapeAsked ??= second;
        if (_scrapeAsked is { } asked && (!late || second - asked >= HttpTimeout))
        {
            _scrapeAsked = null;
            Scrape(stretch, late);
        }

        if ((tick % 15 == 2 || (_wanted.Chips && tick % 5 == 2)) && !stretch.ChipsAreUnseen)
        {
            var works = _signs.Counters is { HasWork: true, StillFor.Ticks: 0, MovedAt: not null };
            _signs = _signs with { Chips = _chips.Take(Run, BusyEngine.Chips(stretch), () => _layout, works, holdsMemory: true) };
        }

        Canary(stretch, second, tick, late ? null : _engine.Counters(stretch));
    }

    private void Health(Stretch stretch, int second, int tick)
    {
        if (tick % 5 == 0)
            _healthAsked ??= second;
        if (_healthAsked is not { } asked)
            return;
        if (!stretch.IsSilent)
        {
            _server.Answered();
            _signs = _signs with { Health = _health.Take(Run, HttpEnd.Answered, "/health"), Server = null };
            _healthAsked = null;
        }
        else if (second - asked is 1 or HttpTimeout)
        {
            _signs = _signs with { Server = _server.Take(Run, _engine.Servers(stretch)) };
            if (second - asked == 1)
                return;
            _signs = _signs with { Health = _health.Take(Run, HttpEnd.TimedOut, "/health") };
            _healthAsked = null;
        }
    }

    private void Scrape(Stretch stretch, bool late)
    {
        var scrape = _scrapes.Take(Run, late ? HttpEnd.TimedOut : HttpEnd.Answered, "/metrics");
        if (late)
        {
            var isAlive = _signs.Health is { End: HttpEnd.Answered } health && health.Since <= scrape.Since;
            _wanted = (_signs.SawWork, _signs.SawWork && isAlive && !(_signs.Canary?.At >= scrape.Since));
            _signs = _signs with { Metrics = scrape };
            return;
        }

        var sign = _counters.Take(Run, _engine.Counters(stretch), _signs.Chips);
        _wanted = (sign is { HasWork: true, StillFor.Ticks: > 0 }, false);
        _signs = _signs with { Metrics = scrape, Counters = sign, HealthyPauses = _counters.Pauses };
    }

    private void Canary(Stretch stretch, int second, int tick, EngineCounters? counters)
    {
        if (_asked is null && (tick % 60 == 3 || (_wanted.Canary && tick % 5 == 3)))
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
