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
    public static void Run(PlanDraft draft)
    {
        var inView = draft.Picture.Fresh(draft.Now)
            .Where(o => o.Fault is not null && !draft.Faults[o.Fault].Muted)
            .OrderBy(o => draft.Faults.OrderOf(o.Fault!))
            .ThenBy(o => o.At)
            .ThenBy(o => o.Subject.ToString(), StringComparer.Ordinal);
        foreach (var seen in inView)
            Take(draft, seen, seen.Fault!);
    }

    private static void Take(PlanDraft draft, Observation seen, string fault)
    {
        var cause = draft.ExplanationOf(fault, seen.Subject);
        var own = draft.Open.FirstOrDefault(i => i.Fault == fault && i.Subject == seen.Subject);
        if (own is { State: IncidentState.Suspected } && seen.At > own.LastSeenAt)
            draft.Change(own, new SeenAgain(draft.Now, seen.Summary));
        if (cause is not null && !cause.Related.Contains((fault, seen.Subject)) && (own is null || draft.IsNote(own)))
            draft.Change(cause, new EchoSeen(draft.Now, fault, seen.Subject, seen.Summary));
        if (own is not null || cause is not null)
            return;

        if (seen.Verdict == Verdict.Faulty && draft.Open.FirstOrDefault(i => draft.MayBeCauseOf(i, seen)) is { } echo)
        {
            if (draft.IsBelieved(seen))
                Rename(draft, echo, seen, fault);
            return;
        }

        // The effects of a recovery on its subjects look like faults: an engine that was stopped is gone.
        var underRecovery = draft.Open.Any(i => i.State == IncidentState.Recovering
            && (i.Touched.Contains(seen.Subject) || draft.Layout.Concerns(i.Subject, seen.Subject)));
        if (!underRecovery && draft.MaintenanceOf(seen.Subject) is null)
            draft.Suspect(seen);
    }

    /// <summary>
    /// The cause was in view for as long as a fault of its own needs, so a suspicion is confirmed with
    /// it. A fault that leaves no doubt is believed at once, and only its own cause may still be open.
    /// </summary>
    private static void Rename(PlanDraft draft, Incident echo, Observation seen, string fault)
    {
        var cause = new CauseFound(draft.Now, fault, seen.Subject, seen.Probe, seen.Summary, seen.Evidence, seen.Identity);
        draft.Change(echo, cause with { Known = draft.Layout.KnownOf(seen) });
        if (echo.State == IncidentState.Suspected && !draft.Faults[fault].IsCertain)
            draft.Change(draft.Find(echo.Id), new Confirmed(draft.Now, draft.SightingsOf(seen)));
    }
}
