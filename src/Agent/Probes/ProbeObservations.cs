using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines;
using Agent.Engines.Starting;
using Agent.ForeignText;

namespace Agent.Probes;

internal static class ProbeObservations
{
    public static Observation Healthy(this IProbe probe, string summary, DateTimeOffset at) =>
        new() { Probe = probe.Name, Subject = probe.Subject, Verdict = Verdict.Healthy, Summary = summary, At = at };

    public static Observation CouldNotLook(this IProbe probe, string summary, DateTimeOffset at) =>
        new() { Probe = probe.Name, Subject = probe.Subject, Verdict = Verdict.CouldNotLook, Summary = summary, At = at };

    public static Observation Faulty(this IProbe probe, string fault, string summary, DateTimeOffset at, params IReadOnlyList<string> evidence) =>
        new() { Probe = probe.Name, Subject = probe.Subject, Verdict = Verdict.Faulty, Fault = fault, Summary = summary, At = at, Evidence = evidence };

    /// <summary>As it may be kept and shown: what others wrote passes the gate, and the next step names what is known.</summary>
    public static Observation Cleaned(this Observation seen, TextGate gate) => seen with
    {
        Summary = gate.Clean(seen.Summary),
        Evidence = [.. seen.Evidence.Select(line => gate.Clean(line))],
        NextStep = seen.NextStep is { } step ? gate.Clean(Placeholders.Fill(step, seen.Subject, seen.Known)) : null,
        Identity = seen.Identity is { } device ? gate.Clean(device) : null,
    };

    /// <summary>Why an engine cannot be asked over HTTP yet; null when it can. Loading is no fault.</summary>
    public static string? NotServingYet(this SupervisedEngine engine) => engine.Handle.Life() switch
    {
        _ when !engine.Handle.Wanted => "stopped on request",
        EngineLife.Stopped => "not started",
        EngineLife.Ended => "ended",
        _ when engine.Handle.Log?.Read() is { Stage: < StartupStage.Serving } facts => "starting: " + facts.StageText,
        _ => null,
    };
}
