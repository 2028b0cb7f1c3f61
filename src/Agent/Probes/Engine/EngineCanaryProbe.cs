using Agent.Adapters.VllmHttp;
using Agent.Configuration.Declared;
using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines;
using Agent.Engines.Answers;
using Agent.Engines.Runs;
using Agent.Engines.Signs;

namespace Agent.Probes.Engine;

/// <summary>
/// A small completion, the only look that goes through the whole engine. While the counters move it is asked seldom
/// (`canary.under_load`) and judged by its words alone: a busy engine proves that it works, not that it answers rightly, and a
/// canary behind a full queue times out on a healthy one. Where requests wait and none runs it tells whether the engine is at
/// fault. What it cannot see: why there is no answer.
/// </summary>
internal sealed class EngineCanaryProbe(SupervisedEngine engine, TimeProvider clock) : IProbe
{
    public static readonly DeclaredProbe Declared = new("engine-canary", "60s", "60s", "A small completion. The deadline has to hold `misses` time-outs.");

    private static readonly TimeSpan MetricsLimit = TimeSpan.FromSeconds(3);

    /// <summary>Two scrapes of engine-progress.</summary>
    private static readonly TimeSpan JustNow = TimeSpan.FromSeconds(10);

    private readonly CanaryTrack _track = new(clock);
    private readonly LoadCanary _load = new(engine.Settings.Canary.UnderLoad, clock);
    private readonly UnansweredCanaries _unanswered = new(clock);
    private readonly AnswerTrack _answers = new();
    private Scrape? _last;

    public string Name => Declared.Name;

    public Subject Subject => engine.Settings.Subject;

    public Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation) => LookAsync(_ => ValueTask.CompletedTask, cancellation);

    public async Task<IReadOnlyList<Observation>> LookAsync(Func<EngineSign, ValueTask> meanwhile, CancellationToken cancellation)
    {
        if (engine.NotServingYet() is { } reason)
        {
            _last = null;
            return [this.CouldNotLook(reason, clock.GetUtcNow())];
        }

        var run = engine.Handle.Run!;
        if (engine.Signs.Of(run).Pause is { } pause)
        {
            // Requests to a paused engine would wait in its queue until it goes on.
            if (pause.IsPaused)
                return [this.CouldNotLook(pause.Text, clock.GetUtcNow())];
            _track.BeginAnew(pause.At);
        }

        var before = await ScrapeAsync(run, cancellation);
        if (before is { Counters.IsAsleep: true })
            return [this.CouldNotLook("asleep on request", clock.GetUtcNow())];
        var seen = before is not null && _last is not null && ProvesItself(run, before.Counters, _last.Counters)
            ? await AskUnderLoadAsync(run, before, _last, cancellation)
            : new CanarySeen(run.Id, await AskAsync(run, before, meanwhile, cancellation), null);
        // After the canary, so that its own tokens are not taken for those of others.
        _last = await ScrapeAsync(run, cancellation);
        return [Told(run, seen.Canary) with { Sign = seen }];
    }

    /// <summary>Where requests wait and none runs, what moved the counters was before them.</summary>
    private bool ProvesItself(EngineRun run, EngineCounters now, EngineCounters earlier) =>
        now.HasWork && now.MovedFrom(earlier) && engine.Signs.Of(run).Queue is not { For.Ticks: > 0 };

    private async Task<CanarySign> AskAsync(EngineRun run, Scrape? before, Func<EngineSign, ValueTask> meanwhile, CancellationToken cancellation)
    {
        CanarySign sign;
        var tries = 0;
        do
        {
            var asked = _track.Ask(run, before?.Counters);
            var result = await Canary.AskAsync(engine, cancellation);
            before = await ScrapeAsync(run, cancellation);
            sign = _track.Take(asked, result, before?.Counters, firstOfLook: tries == 0);
            // One that had no answer is a sign before the next is asked.
            await meanwhile(new CanarySeen(run.Id, sign, null));
            Ended(run, result.Ended, sign.Text);
            tries++;
        }
        while (sign.End is not CanaryEnd.Right && tries < engine.Settings.Canary.Misses);
        return sign;
    }

    /// <summary>One a look, and all the time that a look without load would take: it may stand in a queue.</summary>
    private async Task<CanarySeen> AskUnderLoadAsync(EngineRun run, Scrape before, Scrape earlier, CancellationToken cancellation)
    {
        _answers.Take(run, before.Answers.Since(earlier.Answers));
        var answers = _answers.Text is { } text ? new AnswerSign(clock.GetUtcNow(), text) : null;
        if (!_load.IsDue(run, _answers.Hint is not null))
            return new CanarySeen(run.Id, _track.Busy(run), answers);
        var settings = engine.Settings.Canary;
        var asked = _track.Ask(run, before.Counters);
        var result = await Canary.AskAsync(engine, settings.Timeout * settings.Misses, cancellation);
        Ended(run, result.Ended, result.Text);
        if (result.End != VllmEnd.Answered)
            return new CanarySeen(run.Id, _track.Waited(run, result.Text), answers);
        var after = await ScrapeAsync(run, cancellation);
        // Behind other work its time says nothing.
        var sign = _track.Take(asked, result, after?.Counters, firstOfLook: true) with { HadEngineAlone = false, SecondsPerToken = null };
        return new CanarySeen(run.Id, sign, answers);
    }

    private void Ended(EngineRun run, CanaryEnd end, string text)
    {
        _load.Ended(run, end);
        _unanswered.Take(run, end, text);
        if (end == CanaryEnd.Right)
            _answers.Proven();
    }

    private Observation Told(EngineRun run, CanarySign sign)
    {
        var limit = engine.Settings.Canary.MaxSecondsPerToken;
        var seen = sign switch
        {
            { End: CanaryEnd.NotNeeded } => this.Healthy(sign.Text, sign.At) with { Serving = true },
            { End: CanaryEnd.Right, HadEngineAlone: true, SecondsPerToken: { } perToken } when perToken > limit =>
                this.Faulty(FaultCodes.EngineSlow, FormattableString.Invariant($"{perToken:0.00} s for a token, allowed {limit:0.00}"),
                    sign.At) with
                { Serving = true, Measures = Figures(perToken) },
            { End: CanaryEnd.Right, SecondsPerToken: { } perToken } => this.Healthy(sign.Text, sign.At) with { Serving = true, Measures = Figures(perToken) },
            { End: CanaryEnd.Right } => this.Healthy(sign.Text, sign.At) with { Serving = true },
            // Nothing moved and no answer came: asked to, and did not. Behind moving counters it only waits.
            { End: CanaryEnd.Unanswered, CountersFlat: false } =>
                this.CouldNotLook($"no canary answer, but the counters move: {sign.Text}", sign.At) with { Serving = true },
            _ => this.CouldNotLook(sign.Text, sign.At) with { Serving = false },
        };
        return _unanswered.Told(run) is { } many ? seen with { Verdict = Verdict.Faulty, Fault = FaultCodes.EngineCanaryUnanswered, Summary = many } : seen;
    }

    private static Dictionary<string, double> Figures(double perToken) => new(StringComparer.Ordinal) { ["canary_seconds_per_token"] = perToken };

    /// <summary>Where engine-progress has just waited for /metrics in vain, waiting again would only keep the verdict back.</summary>
    private async Task<Scrape?> ScrapeAsync(EngineRun run, CancellationToken cancellation) =>
        engine.Signs.Of(run).Metrics is { End: HttpEnd.TimedOut } late && clock.GetUtcNow() - late.At <= JustNow
            ? null
            : (await engine.Http.MetricsAsync(MetricsLimit, cancellation)).Value is { } page && EngineCounters.Parse(page) is { CanTell: true } counters
                ? new Scrape(counters, AnswerCounts.Parse(page))
                : null;

    private sealed record Scrape(EngineCounters Counters, AnswerCounts Answers);
}
