using Agent.Adapters.VllmHttp;
using Agent.Configuration.Declared;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines;
using Agent.Engines.Throughput;

namespace Agent.Probes.Engine;

/// <summary>
/// Slow but alive: every request is answered, and there are far fewer tokens per second than there used to be with as many
/// running. Seen by two scrapes of the counters, held against what was learned for that concurrency. What it cannot see: a
/// decline slower than it learns; results of <c>engine bench</c> that are kept show that.
/// </summary>
internal sealed class EngineThroughputProbe : IProbe
{
    public static readonly DeclaredProbe Declared = new("engine-throughput", "15s", "10s", "Tokens per second, held against what was learned.");

    private readonly SupervisedEngine _engine;
    private readonly TimeSpan _deadline;
    private readonly TimeProvider _clock;
    private readonly ScrapeWindow _window;
    private readonly ThroughputJudge _judge;
    private readonly long _begun;

    public EngineThroughputProbe(SupervisedEngine engine, ThroughputBaseline baseline, TimeSpan deadline, TimeProvider clock)
    {
        (_engine, _deadline, _clock, _begun) = (engine, deadline, clock, clock.GetTimestamp());
        _window = new ScrapeWindow(engine.Settings.Throughput.Window);
        _judge = new ThroughputJudge(engine.Settings.Throughput, baseline);
    }

    public string Name => Declared.Name;

    public Subject Subject => _engine.Settings.Subject;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        if (_engine.NotServingYet() is { } reason)
        {
            _window.Clear();
            return [this.CouldNotLook(reason, _clock.GetUtcNow())];
        }

        var page = await _engine.Http.MetricsAsync(_deadline * 0.9, cancellation);
        var now = _clock.GetUtcNow();
        if (page.Value is not { } text)
            return [this.CouldNotLook(page.Problem, now)];
        var scrape = EngineScrape.Parse(text);
        if (!scrape.Counters.CanTell)
            return [this.CouldNotLook("/metrics has no vllm: token counters", now)];
        var at = _clock.GetElapsedTime(_begun);
        return [_window.Add(at, scrape) is { } figures ? Judge(_judge.See(at, figures), figures, now) : this.Healthy("counted from now on", now)];
    }

    private Observation Judge(ThroughputVerdict verdict, ThroughputFigures figures, DateTimeOffset now)
    {
        var text = ThroughputText.Of(figures, verdict.Usual);
        var seen = verdict switch
        {
            { IsLow: true, CouldCompare: true } => this.Faulty(FaultCodes.EngineThroughputLow, $"for {Durations.Text(verdict.LowFor)}: {text}", now),
            { IsLow: true } => this.CouldNotLook($"too low when it was last compared; now {text}", now),
            _ => this.Healthy(text, now),
        };
        return seen with { Measures = ThroughputText.Measures(figures, verdict.Usual) };
    }
}
