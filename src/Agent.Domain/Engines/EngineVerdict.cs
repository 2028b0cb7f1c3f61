using Agent.Domain.Faults;

namespace Agent.Domain.Engines;

/// <summary>What the signs of one engine amount to, and why.</summary>
/// <param name="State">Exactly one.</param>
/// <param name="Rule">The rule that decided.</param>
/// <param name="Reason">One line with the figures.</param>
public sealed record EngineVerdict(EngineState State, EngineRule Rule, string Reason)
{
    /// <summary>The stage of a start, the cause of a failure.</summary>
    public string? Detail { get; init; }

    /// <summary>Code of the catalogue; null when nothing is to be done.</summary>
    public string? Fault { get; init; }

    /// <summary>Neither proof of a fault nor of the contrary yet: a time has to pass, or a sign is missing.</summary>
    public bool IsOpen { get; init; }

    /// <inheritdoc cref="Observations.Observation.OnlyAgainst"/>
    public string? OnlyAgainst { get; init; }

    /// <summary>What was seen, sign by sign; log lines verbatim.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>What a person can do next, where the rule knows more than the catalogue.</summary>
    public string? NextStep { get; init; }

    /// <summary>Values of <see cref="Placeholders"/> that the rule knows.</summary>
    public IReadOnlyDictionary<string, string>? Known { get; init; }

    /// <summary>It has no port by which it could prove that it works: that it is up is all the proof there is.</summary>
    public bool IsUp { get; init; }

    /// <summary>
    /// False: it was asked to work and did not, or cannot. Null: the verdict alone proves nothing. An engine whose answers are worse than
    /// the accepted ones answers everybody; one whose canary comes back wrong does not do its work.
    /// </summary>
    public bool? Serving => IsUp
        ? true
        : State is EngineState.Hung or EngineState.Dead or EngineState.Orphaned or EngineState.Failed
            || (State == EngineState.Degraded && Fault is not null && Rule != EngineRules.WorseAnswers)
        ? false
        : null;

    public string StateText(Language language) => Detail is null ? EngineStates.Text(State).In(language)
        : $"{EngineStates.Text(State).In(language)} ({Detail})";
}
