using System.Globalization;
using Agent.Configuration.Declared;
using Agent.Domain;
using Agent.Domain.Engines;
using Agent.Domain.Observations;
using Agent.Engines;
using Agent.Engines.Quality;
using Agent.Engines.Runs;

namespace Agent.Probes.Engine;

/// <summary>
/// An engine whose answers got worse while all else is green: wrong weights, a wrong quantization setting, a chip that
/// computes wrongly. Compared with the answers of the accepted build (<c>engine accept</c>), token by token, and only while
/// nobody else is served: batching changes the low bits. What it cannot see: a loss of a percent in a benchmark.
/// </summary>
internal sealed class EngineQualityProbe(SupervisedEngine engine, string stateFolder, TimeProvider clock) : IProbe
{
    public static readonly DeclaredProbe Declared = new(
        "engine-quality", "30s", "3m",
        "Looks whether a comparison is due (quality.every), and compares then. The deadline has to hold `runs` comparisons.");

    private const int Shown = 3;
    private static readonly TimeSpan CountersLimit = TimeSpan.FromSeconds(3);

    private readonly ReferenceFile _file = new(stateFolder, engine.Name);
    private (EngineRun Run, DateTime Reference, long At, Observation Seen)? _last;

    public string Name => Declared.Name;

    public Subject Subject => engine.Settings.Subject;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        if (engine.NotServingYet() is { } reason)
            return [this.CouldNotLook(reason, clock.GetUtcNow())];
        var (run, written) = (engine.Handle.Run!, _file.WrittenAt);
        // It looks often, so that a new run or a new reference is seen at once, and asks seldom.
        if (_last is { } last && last.Run == run && last.Reference == written && clock.GetElapsedTime(last.At) < engine.Settings.Quality.Every)
            return [Again(last.Seen)];

        var seen = await CompareAsync(run, cancellation);
        if (seen.Sign is not null)
            _last = (run, written, clock.GetTimestamp(), seen);
        return [seen];
    }

    private async Task<Observation> CompareAsync(EngineRun run, CancellationToken cancellation)
    {
        QualityReference? reference;
        try
        {
            reference = _file.Read();
        }
        catch (InvalidDataException broken)
        {
            return this.CouldNotLook(broken.Message,
                clock.GetUtcNow()) with
            { NextStep = $"`npu-agent engine accept {engine.Name}` writes it anew from the running engine." };
        }

        var settings = engine.Settings.Quality;
        var exam = new QualityExam(engine.Http, engine.Settings.ServedModelName, settings.MaxTokens, settings.Timeout);
        List<ExamQuestion> questions = reference is null
            ? [.. settings.Prompts.Select(p => new ExamQuestion(p, []))]
            : [.. reference.Answers.Select(a => new ExamQuestion(a.Prompt, [.. a.Tokens.Select(t => t.Token)]))];
        for (var comparison = 1; ; comparison++)
        {
            var result = await exam.AskAsync(questions, () => HindranceAsync(cancellation), cancellation);
            if (result is { Problem: { } problem, IsNotANumber: false })
                return this.CouldNotLook(problem, clock.GetUtcNow());
            var figures = reference is null || result.IsNotANumber ? null : QualityFigures.Of(reference.Answers, result.Answers);
            IReadOnlyList<string> complaints =
                [.. QualityJudge.Garbage(result, settings.Limits), .. figures is null ? [] : QualityJudge.Drift(figures, settings.Limits)];
            if (complaints.Count == 0 || comparison >= settings.Runs)
                return Told(run, reference, result, figures, [.. complaints.Distinct(StringComparer.Ordinal)]);
        }
    }

    private Observation Told(EngineRun run, QualityReference? reference, ExamResult result, QualityFigures? figures, IReadOnlyList<string> complaints)
    {
        var now = clock.GetUtcNow();
        var of = reference is null
            ? $"{Counted.Text(result.Answers.Count, "answer is", "answers are")} text; no reference to compare with (npu-agent engine accept {engine.Name})"
            : string.Create(CultureInfo.InvariantCulture,
                $"as accepted {Durations.Text(now - reference.At)} ago: {Counted.Text(figures?.Tokens ?? 0, "token")}, mean difference "
                + $"{QualityJudge.Number(figures?.MeanDifference ?? 0)}, likeliest token the same in {figures?.TopAgreement:0.0%}");
        var text = complaints.Count == 0 ? of : $"{Counted.Text(engine.Settings.Quality.Runs, "comparison")} in a row: {string.Join("; ", complaints)}";
        var sign = new QualitySign(now, complaints, text) { Different = complaints.Count == 0 ? [] : [.. Different(reference, result)] };
        var seen = (complaints.Count == 0 ? this.Healthy(of, now) : this.CouldNotLook(text, now) with { Evidence = [.. complaints, .. sign.Different] })
            with
        { Sign = new QualitySeen(run.Id, sign) };
        return figures is null ? seen : seen with { Measures = Measures(figures) };
    }

    /// <summary>What was seen stands until the next comparison.</summary>
    private Observation Again(Observation seen)
    {
        var now = clock.GetUtcNow();
        return seen with { At = now, Sign = seen.Sign is QualitySeen known ? known with { Quality = known.Quality with { At = now } } : null };
    }

    private static IEnumerable<string> Different(QualityReference? reference, ExamResult result) => (reference?.Answers ?? [])
        .Zip(result.Answers)
        .Where(a => a.First.Text != a.Second.Greedy.Text)
        .Take(Shown)
        .Select(a => $"\"{QualityJudge.Shorten(a.First.Prompt)}\": \"{QualityJudge.Shorten(a.Second.Greedy.Text)}\", accepted was "
            + $"\"{QualityJudge.Shorten(a.First.Text)}\"");

    private static Dictionary<string, double> Measures(QualityFigures figures) => new(StringComparer.Ordinal)
    {
        ["quality_logprob_difference_mean"] = figures.MeanDifference,
        ["quality_logprob_difference_max"] = figures.MaxDifference,
        ["quality_top_agreement_ratio"] = figures.TopAgreement,
        ["quality_prefix_agreement_ratio"] = figures.PrefixAgreement,
    };

    private async Task<string?> HindranceAsync(CancellationToken cancellation)
    {
        var answer = await engine.Http.CountersAsync(CountersLimit, cancellation);
        if (answer.Value is not { } counters)
            return answer.Problem;
        var load = counters.Running + counters.Waiting;
        return load > engine.Settings.Quality.MaxLoad
            ? string.Create(CultureInfo.InvariantCulture,
                $"compared at low load only: {counters.Running:0} running, {counters.Waiting:0} waiting, allowed {engine.Settings.Quality.MaxLoad} together")
            : null;
    }
}
