using Agent.Domain;
using Agent.Domain.Engines;

namespace Agent.Reports;

/// <summary>The state of an engine and its reasons, as <c>engine explain</c> and <c>status</c> show it.</summary>
internal sealed record EngineVerdictDocument
{
    public string Engine { get; init; } = "";

    public string State { get; init; } = "";

    /// <summary>The stage of a start, the cause of a failure.</summary>
    public string? Detail { get; init; }

    public DateTimeOffset Since { get; init; }

    public DateTimeOffset At { get; init; }

    public EngineRuleDocument Rule { get; init; } = new("", "", "");

    public string Reason { get; init; } = "";

    public string? Fault { get; init; }

    /// <summary>It cannot be told yet.</summary>
    public bool IsOpen { get; init; }

    public IReadOnlyList<string> Evidence { get; init; } = [];

    public IReadOnlyList<EngineSignDocument> Signs { get; init; } = [];

    public static EngineVerdictDocument Of(string engine, EngineJudgement newest, DateTimeOffset now) => new()
    {
        Engine = engine,
        State = Words.Of(newest.Verdict.State),
        Detail = newest.Verdict.Detail,
        Since = newest.Since,
        At = newest.At,
        Rule = new EngineRuleDocument(newest.Verdict.Rule.Letter, newest.Verdict.Rule.Text.English, newest.Verdict.Rule.Text.Chinese),
        Reason = newest.Verdict.Reason,
        Fault = newest.Verdict.Fault,
        IsOpen = newest.Verdict.IsOpen,
        Evidence = newest.Verdict.Evidence,
        Signs = [.. newest.Signs.Lines().Select(l => new EngineSignDocument(l.Sign, l.Text, l.At, Math.Round(Math.Max(0, (now - l.At).TotalSeconds), 1)))],
    };

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
