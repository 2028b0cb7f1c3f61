using Agent.Adapters.VllmHttp;
using Agent.Domain.Engines;
using Agent.Domain.Observations;
using Agent.Engines.Runs;
using Agent.Engines.Signs;
using Agent.Probes.Npu;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines;

/// <summary>
/// Looks at a <see cref="BusyEngine"/> as the probes do with their default times, looks that one probe wants of another among
/// them, and folds and judges it as the loop does. What is not answered is known so late as the probes' limits make it.
/// </summary>
internal sealed class WatchedEngine
{
    private const int CanaryTimeout = 20;

    /// <summary>The limit of a look at /health or /metrics, in whole seconds.</summary>
    private const int HttpTimeout = 4;
    private static readonly Subject Engine = Subject.Engine("m");
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
    private HostPicture _picture = HostPicture.Empty;
    private (bool Chips, bool Canary) _wanted;
    private (AskedCanary Asked, int Second, int Try)? _asked;
    private EngineCounters? _last;
    private int? _healthAsked;
    private int? _scrapeAsked;

    public WatchedEngine(BusyEngine engine, FakeTimeProvider clock, int offset, RankLayout? layout = null, EngineLimits? limits = null)
    {
        (_engine, _clock, _offset, _layout, _limits) = (engine, clock, offset, layout, limits ?? new EngineLimits());
        (_health, _scrapes, _server, _counters, _canaries, _chips) =
            (new HttpTrack(clock), new HttpTrack(clock), new ServerTrack(clock, TimeSpan.FromSeconds(15)),
            new CounterTrack(clock, _limits.StallGrace, TimeSpan.FromSeconds(15)), new CanaryTrack(clock), new ChipTrack(clock));
    }

    public EngineVerdict Look(int second)
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        var (stretch, now, tick) = (_engine.At(second), _clock.GetUtcNow(), second + _offset);
        _engine.Step(stretch);
        if (stretch.AgentIsAway && View.Newest is { } before)
            return before.Verdict;
        LookAtRun();
        if (!stretch.Starts)
            LookInside(stretch, second, tick);
        // As the loop wants it.
        if (View.IsDoubted)
            LookAtRun();
        return View.Newest!.Verdict;

        void LookAtRun() => Bring(new RunSeen(Run.Id, new ProcessSign(now, EngineLife.Running, "process 4711"))
        {
            Log = new LogSign(now, stretch.Starts ? "loading weights" : "serving", !stretch.Starts, TimeSpan.FromSeconds(stretch.Starts ? second : 0)),
            AskedForPause = View.AsksForPause,
        });
    }

    private EngineInView View => _picture.Engine(Engine);

    private EngineSigns Signs => View.Signs;

    private void Bring(EngineSign sign) => _picture = _picture.With(Engine, sign).Judged(Engine, wanted: true, _limits, _clock.GetUtcNow());

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
            var works = Signs.Counters is { HasWork: true, StillFor.Ticks: 0, MovedAt: not null };
            Bring(new ChipsSeen(Run.Id, _chips.Take(Run, BusyEngine.Chips(stretch), () => _layout, works, holdsMemory: true), null));
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
            Bring(new HealthSeen(Run.Id, _health.Take(Run, HttpEnd.Answered, "/health"), null));
            _healthAsked = null;
        }
        else if (second - asked is 1 or HttpTimeout)
        {
            var server = _server.Take(Run, _engine.Servers(stretch));
            if (second - asked == 1)
            {
                Bring(new ServerSeen(Run.Id, server));
                return;
            }

            Bring(new HealthSeen(Run.Id, _health.Take(Run, HttpEnd.TimedOut, "/health"), server));
            _healthAsked = null;
        }
    }

    private void Scrape(Stretch stretch, bool late)
    {
        var scrape = _scrapes.Take(Run, late ? HttpEnd.TimedOut : HttpEnd.Answered, "/metrics");
        if (late)
        {
            var isAlive = Signs.Health is { End: HttpEnd.Answered } health && health.Since <= scrape.Since;
            _wanted = (Signs.SawWork, Signs.SawWork && isAlive && !(Signs.Canary?.At >= scrape.Since));
            Bring(new ScrapeFailed(Run.Id, scrape));
            return;
        }

        var sign = _counters.Take(Run, _engine.Counters(stretch), Signs.Chips);
        _wanted = (sign is { HasWork: true, StillFor.Ticks: > 0 }, false);
        Bring(new Scraped(Run.Id, scrape, sign, _counters.Pauses, null));
    }

    private void Canary(Stretch stretch, int second, int tick, EngineCounters? counters)
    {
        if (_asked is null && (tick % 60 == 3 || (_wanted.Canary && tick % 5 == 3)))
        {
            if (counters is { HasWork: true } && _last is not null && counters.MovedFrom(_last))
                Bring(new CanarySeen(Run.Id, _canaries.Busy(Run), null));
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
        Bring(new CanarySeen(Run.Id, _canaries.Take(asked.Asked, result, _last, firstOfLook: asked.Try == 1), null));
        _asked = answered || asked.Try == 2 ? null : (_canaries.Ask(Run, _last), second, asked.Try + 1);
    }
}
