using Agent.Domain.Incidents;
using Agent.Domain.Observations;

namespace Agent.Domain.Recovery;

/// <summary>
/// Turns faults in view into incidents so that one episode is one incident: a lost chip also shows as an engine that ended,
/// a refused port and an error in the log. Causes are taken first; a fault that an open incident explains is its echo; a
/// fault that explains an open incident gives it its better name.
/// </summary>
internal static class SeeingPass
{
    public static void Run(Decision decision)
    {
        var inView = decision.Picture.Fresh(decision.Now)
            .Where(o => o.Fault is not null && !decision.Faults[o.Fault].Muted)
            .OrderBy(o => decision.Faults.OrderOf(o.Fault!))
            .ThenBy(o => o.At)
            .ThenBy(o => o.Subject.ToString(), StringComparer.Ordinal);
        foreach (var seen in inView)
            Take(decision, seen, seen.Fault!);
    }

    private static void Take(Decision decision, Observation seen, string fault)
    {
        var own = decision.Open.FirstOrDefault(i => i.Fault == fault && i.Subject == seen.Subject);
        if (own is not null)
        {
            if (own.State == IncidentState.Suspected && seen.At > own.LastSeenAt)
                decision.Change(own, new SeenAgain(decision.Now, seen.Summary));
            return;
        }

        if (decision.ExplanationOf(fault, seen.Subject) is { } cause)
        {
            if (!cause.Related.Contains((fault, seen.Subject)))
                decision.Change(cause, new EchoSeen(decision.Now, fault, seen.Subject, seen.Summary));
            return;
        }

        if (seen.Verdict == Verdict.Faulty && EchoOpened(decision, seen, fault) is { } echo)
        {
            decision.Change(echo, new CauseFound(decision.Now, fault, seen.Subject, seen.Probe, seen.Summary, seen.Evidence, seen.Identity));
            return;
        }

        // What a recovery does to the subjects it touches looks like faults: an engine that was stopped is gone.
        var underRecovery = decision.Open.Any(i => i.State == IncidentState.Recovering
            && (i.Touched.Contains(seen.Subject) || decision.Layout.Concerns(i.Subject, seen.Subject)));
        if (!underRecovery && decision.MaintenanceOf(seen.Subject) is null)
            decision.Suspect(seen);
    }

    /// <summary>An open incident that this fault explains. One that was handed over is a person's, and keeps its name.</summary>
    private static Incident? EchoOpened(Decision decision, Observation seen, string fault) => decision.Open.FirstOrDefault(i =>
        i.State != IncidentState.HandedOver
        && decision.Faults.Explains(fault, i.Fault)
        && decision.Layout.Concerns(seen.Subject, i.Subject));
}
