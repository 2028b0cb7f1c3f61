using System.Collections.Concurrent;
using System.Globalization;
using Agent.Adapters.VllmHttp;

namespace Agent.Engines.Bench;

/// <param name="Concurrency">Requests that are always in flight: each worker sends its next request when the last one has ended.</param>
/// <param name="Timeout">The limit of one request.</param>
internal sealed record BenchPlan(int Concurrency, int Requests, int PromptWords, int AnswerTokens, TimeSpan Timeout);

/// <summary>
/// A load probe: a closed loop of streamed completions of one fixed length at temperature 0. Each prompt begins with a
/// number of its own, so that the prefix cache answers none of it. A first round of twice the concurrency is not measured.
/// </summary>
internal sealed class EngineBench(VllmClient http, string engine, string model, TimeProvider clock)
{
    private const int ShownProblems = 3;
    private static readonly TimeSpan HttpLimit = TimeSpan.FromSeconds(5);

    public async Task<BenchResult> RunAsync(BenchPlan plan, Action<int> progress, CancellationToken cancellation)
    {
        var version = await http.VersionAsync(HttpLimit, cancellation);
        await LoopAsync(plan with { Requests = 2 * plan.Concurrency }, _ => { }, cancellation);
        var before = await CountedAsync(cancellation);
        var begun = clock.GetTimestamp();
        var answers = await LoopAsync(plan, progress, cancellation);
        var seconds = clock.GetElapsedTime(begun).TotalSeconds;
        var counted = await CountedAsync(cancellation) - before;

        List<StreamedAnswer> well = [.. answers.Where(a => a.Problem is null)];
        var tokens = well.Sum(a => a.Tokens);
        return new BenchResult(
            engine,
            model,
            version.Value?.Version,
            clock.GetUtcNow(),
            plan.Concurrency,
            plan.Requests,
            answers.Count - well.Count,
            plan.PromptWords,
            plan.AnswerTokens,
            seconds,
            tokens / seconds,
            well.Count / seconds,
            BenchTimes.Of(well.Select(a => a.FirstToken)),
            BenchTimes.Of(well.Where(a => a.Tokens > 1).Select(a => (a.Whole - a.FirstToken) / (a.Tokens - 1))),
            BenchTimes.Of(well.SelectMany(a => a.Gaps)),
            BenchTimes.Of(well.Select(a => a.Whole)),
            counted > 0 ? tokens / counted : null,
            [.. answers.Select(a => a.Problem).OfType<string>().Distinct(StringComparer.Ordinal).Take(ShownProblems)]);
    }

    private async Task<IReadOnlyCollection<StreamedAnswer>> LoopAsync(BenchPlan plan, Action<int> progress, CancellationToken cancellation)
    {
        ConcurrentBag<StreamedAnswer> answers = [];
        var sent = 0;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(plan.Concurrency, plan.Requests)).Select(async _ =>
        {
            while (Interlocked.Increment(ref sent) <= plan.Requests)
            {
                answers.Add(await http.StreamAsync(model, Prompt(plan.PromptWords), plan.AnswerTokens, plan.Timeout, cancellation));
                progress(answers.Count);
            }
        }));
        return answers;
    }

    private static string Prompt(int words) =>
        string.Join(' ', Enumerable.Repeat("word", words - 1).Prepend(Random.Shared.Next(100_000, 1_000_000).ToString(CultureInfo.InvariantCulture)));

    private async Task<double?> CountedAsync(CancellationToken cancellation) => (await http.CountersAsync(HttpLimit, cancellation)).Value?.GenerationTokens;
}
