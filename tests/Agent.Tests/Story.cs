using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;

namespace Agent.Tests;

/// <summary>Incidents with a history, as the policy would have written them.</summary>
internal static class Story
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);
    public static readonly Subject Engine = Subject.Engine("deepseek");
    public static readonly Step EngineStart = new(StepKind.StartEngine, Engine);

    public static IReadOnlyList<IncidentEvent> Suspicion(DateTimeOffset at) =>
        [new Suspected(at, FaultCodes.EngineExited, Engine, "engine-process", "process 4711 is gone", ["exit code 0"])];

    public static IReadOnlyList<IncidentEvent> Recovered(DateTimeOffset at) =>
    [
        .. Suspicion(at),
        new Confirmed(at.AddSeconds(2), "seen twice"),
        new EvidenceSecured(at.AddSeconds(3), "/bundles/a.tar.gz", false),
        new RecoveryPlanned(at.AddSeconds(4), Rung.Engine, [EngineStart], "the engine has ended", "engine deepseek"),
        new StepStarted(at.AddSeconds(5), EngineStart),
        new StepEnded(at.AddSeconds(9), EngineStart, true, "serving"),
        new RecoveryEnded(at.AddSeconds(10), true, "every step succeeded"),
        new Resolved(at.AddSeconds(12), "it serves again", Mender.Agent),
    ];

    public static Incident Fold(string id, IReadOnlyList<IncidentEvent> events) =>
        events.Skip(1).Aggregate(Incident.Open(id, (Suspected)events[0]), (incident, happened) => incident.Apply(happened));

    public static IReadOnlyList<IncidentChange> Changes(string id, IEnumerable<IncidentEvent> events) => [.. events.Select(e => new IncidentChange(id, e))];
}
