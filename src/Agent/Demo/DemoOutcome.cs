using Agent.Domain;
using Agent.Domain.Incidents;
using Agent.Storage;

namespace Agent.Demo;

/// <summary>The result of one scenario, with its times from the injection on.</summary>
internal sealed record DemoOutcome(DemoScenario Scenario, IncidentHistory? History, DateTimeOffset InjectedAt)
{
    public bool IsAsExpected => Scenario.Harmless == History is null;

    public IReadOnlyList<string> Row()
    {
        if (History is not { } history)
            return [Scenario.Name, "-", "-", Scenario.Harmless ? "calm" : "nothing was seen", "-", "-", "-"];
        var incident = history.Incident;
        return
        [
            Scenario.Name,
            incident.Fault,
            incident.Attempts.Count == 0 ? "-" : string.Join(", ", incident.Attempts.Select(a => Words.Of(a))),
            Words.Of(incident.State),
            After<Suspected>(),
            After<StepStarted>(),
            After<Resolved>(),
        ];

        string After<T>()
            where T : IncidentEvent => history.Events.OfType<T>().FirstOrDefault() is { } happened ? Durations.Text(happened.At - InjectedAt) : "-";
    }

    public static readonly IReadOnlyList<string> Header = ["SCENARIO", "FAULT", "RUNGS", "STATE", "SEEN", "FIRST STEP", "VERIFIED"];
}
