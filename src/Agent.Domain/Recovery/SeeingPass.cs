using Agent.Domain.Incidents;
using Agent.Domain.Observations;

namespace Agent.Domain.Recovery;

/// <summary>
/// Turns faults in view into incidents, so that one episode is one incident: a lost chip also shows as an engine that ended,
/// a refused port and an error in the log. Causes are taken first. A fault that an open incident explains is its echo. A
/// fault that explains an open incident gives it a better name, as soon as the fault itself is believed. A note keeps its
/// name, because no recovery begins with it: an old note must give neither its age nor its confirmation to a fault.
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
        var cause = decision.ExplanationOf(fault, seen.Subject);
        var own = decision.Open.FirstOrDefault(i => i.Fault == fault && i.Subject == seen.Subject);
        if (own is { State: IncidentState.Suspected } && seen.At > own.LastSeenAt)
            decision.Change(own, new SeenAgain(decision.Now, seen.Summary));
        if (cause is not null && !cause.Related.Contains((fault, seen.Subject)) && (own is null || decision.IsNote(own)))
            decision.Change(cause, new EchoSeen(decision.Now, fault, seen.Subject, seen.Summary));
        if (own is not null || cause is not null)
            return;

        if (seen.Verdict == Verdict.Faulty && decision.Open.FirstOrDefault(i => decision.MayBeCauseOf(i, seen)) is { } echo)
        {
            if (decision.IsBelieved(seen))
                Rename(decision, echo, seen, fault);
            return;
        }

        // The effects of a recovery on its subjects look like faults: an engine that was stopped is gone.
        var underRecovery = decision.Open.Any(i => i.State == IncidentState.Recovering
            && (i.Touched.Contains(seen.Subject) || decision.Layout.Concerns(i.Subject, seen.Subject)));
        if (!underRecovery && decision.MaintenanceOf(seen.Subject) is null)
            decision.Suspect(seen);
    }

    /// <summary>
    /// The cause was in view for as long as a fault of its own needs, so a suspicion is confirmed with
    /// it. A fault that leaves no doubt is believed at once, and only its own cause may still be open.
    /// </summary>
    private static void Rename(Decision decision, Incident echo, Observation seen, string fault)
    {
        var cause = new CauseFound(decision.Now, fault, seen.Subject, seen.Probe, seen.Summary, seen.Evidence, seen.Identity);
        decision.Change(echo, cause with { Known = decision.Layout.KnownOf(seen) });
        if (echo.State == IncidentState.Suspected && !decision.Faults[fault].IsCertain)
            decision.Change(decision.Find(echo.Id), new Confirmed(decision.Now, decision.SightingsOf(seen)));
    }
}
