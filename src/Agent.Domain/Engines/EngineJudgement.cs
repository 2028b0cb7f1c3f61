using Agent.Domain.Observations;

namespace Agent.Domain.Engines;

/// <summary>A verdict with the signs that it was made of.</summary>
/// <param name="Began">When the look at the run began on which it rests.</param>
/// <param name="Since">Since when it says the same state and fault.</param>
public sealed record EngineJudgement(EngineVerdict Verdict, EngineSigns Signs, DateTimeOffset At, DateTimeOffset Began, DateTimeOffset Since)
{
    /// <summary>The name under which verdicts are seen beside the looks of probes.</summary>
    public const string Name = "engine-verdict";

    /// <summary>The verdict as the policy and people see it.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="known">Values of placeholders, for a fault.</param>
    /// <param name="validFor">How long it may be taken for the present state.</param>
    public Observation Seen(Subject engine, IReadOnlyDictionary<string, string>? known, TimeSpan validFor) => new()
    {
        Probe = Name,
        Subject = engine,
        Verdict = Verdict.Fault is not null ? Observations.Verdict.Faulty : Verdict.IsOpen ? Observations.Verdict.CouldNotLook : Observations.Verdict.Healthy,
        Fault = Verdict.Fault,
        OnlyAgainst = Verdict.OnlyAgainst,
        Summary = $"{Verdict.StateText(Language.English)}: {Verdict.Reason}",
        Evidence = [.. Verdict.Evidence.Prepend($"rule {Verdict.Rule}")],
        Known = Verdict.Fault is null ? null : Verdict.Known ?? known,
        NextStep = Verdict.NextStep,
        Serving = Verdict.Serving,
        At = At,
        Began = Began,
        ValidFor = validFor,
    };
}
