using Agent.Domain;
using Agent.Domain.Engines;

namespace Agent.Reports;

/// <summary>The state of an engine and its reasons, as <c>engine explain</c> and <c>status</c> show it.</summary>
/// <param name="Detail">The stage of a start, or the cause of a failure.</param>
/// <param name="IsOpen">Whether it cannot be told yet.</param>
internal sealed record EngineVerdictDocument(
    string Engine,
    string State,
    string? Detail,
    DateTimeOffset Since,
    DateTimeOffset At,
    EngineRuleDocument Rule,
    string Reason,
    string? Fault,
    bool IsOpen,
    IReadOnlyList<string> Evidence,
    IReadOnlyList<EngineSignDocument> Signs)
{
    public static EngineVerdictDocument Of(string engine, EngineJudgement newest, DateTimeOffset now) => new(
        engine,
        Words.Of(newest.Verdict.State),
        newest.Verdict.Detail,
        newest.Since,
        newest.At,
        new EngineRuleDocument(newest.Verdict.Rule.Letter, newest.Verdict.Rule.Text.English, newest.Verdict.Rule.Text.Chinese),
        newest.Verdict.Reason,
        newest.Verdict.Fault,
        newest.Verdict.IsOpen,
        newest.Verdict.Evidence,
        [.. newest.Signs.Lines().Select(l => new EngineSignDocument(l.Sign, l.Text, l.At, Math.Round(Math.Max(0, (now - l.At).TotalSeconds), 1)))]);

    /// <inheritdoc cref="StatusDocument.Moved"/>
    public EngineVerdictDocument Moved(TimeSpan by) =>
        by == TimeSpan.Zero ? this : this with { Since = Since + by, At = At + by, Signs = [.. Signs.Select(s => s with { At = s.At + by })] };

    public string StateIn(Language language)
    {
        // A state that only a newer daemon knows is shown as it is.
        var word = Words.Parse<EngineState>(State) is { } state ? EngineStates.Text(state).In(language) : State;
        return Detail is null ? word : $"{word} ({Detail})";
    }

    public string RuleIn(Language language) => $"{Rule.Letter}: {(language == Language.Chinese ? Rule.Chinese : Rule.English)}";
}

internal sealed record EngineRuleDocument(string Letter, string English, string Chinese);

internal sealed record EngineSignDocument(string Sign, string Text, DateTimeOffset At, double AgeSeconds);
