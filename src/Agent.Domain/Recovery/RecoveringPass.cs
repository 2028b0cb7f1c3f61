using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;

namespace Agent.Domain.Recovery;

/// <summary>
/// Plans at most one recovery. The widest comes first, because it also mends the narrower ones. All others are held back with their reason.
/// </summary>
internal static class RecoveringPass
{
    public static void Run(PlanDraft draft)
    {
        var busyWith = draft.Open.FirstOrDefault(i => i.State is IncidentState.Recovering or IncidentState.Verifying)?.Id;
        var candidates = draft.Open
            .Where(i => i.State is IncidentState.Confirmed or IncidentState.Interrupted && draft.Faults[i.Fault].StartsAt != Rung.Note)
            .OrderByDescending(i => i.State == IncidentState.Interrupted)
            .ThenByDescending(i => i.Rung ?? draft.Faults[i.Fault].StartsAt)
            .ThenBy(i => draft.Faults.OrderOf(i.Fault))
            .ThenBy(i => i.SuspectedAt);
        foreach (var incident in candidates)
        {
            if (draft.ExplanationOf(incident.Fault, incident.Subject, incident.Id) is { } cause)
                draft.HoldBack(incident, $"waits for incident {cause.Id}, which explains it");
            else if (draft.PossibleCauseOf(incident) is { } possible)
                draft.HoldBack(incident, $"waits to see whether {possible.Fault} on {possible.Subject} is its cause");
            else if (busyWith is not null)
                draft.HoldBack(incident, $"one recovery at a time: waits for incident {busyWith}");
            else if (TryPlan(draft, incident, draft.Faults[incident.Fault]))
                busyWith = incident.Id;
        }
    }

    /// <returns>Whether a recovery was planned.</returns>
    private static bool TryPlan(PlanDraft draft, Incident incident, Fault fault)
    {
        if (incident.State == IncidentState.Interrupted && !CauseIsWider(incident, fault))
            return Begin(draft, incident, incident.Attempts[^1], LadderSteps.GoOn(draft.Layout, incident), [], "goes on where the agent was interrupted");

        var engines = draft.Layout.EnginesOn(incident.Subject).ToList();
        if (engines.Count > 0 && engines.TrueForAll(e => !e.Wanted))
        {
            draft.HoldBack(incident, "the engines concerned are stopped on request");
            return false;
        }

        if (fault.WaitsWhileInView && draft.InView(incident))
        {
            draft.HoldBack(incident, $"waits: {incident.Summary}");
            return false;
        }

        if (incident.Touched.Count > 0 && draft.Now - incident.StateSince < draft.Settings.LookAgainWait)
        {
            draft.HoldBack(incident, "looks at what the last recovery left");
            return false;
        }

        if (AllowedRung(draft, incident, fault) is not { } rung)
            return false;
        var guard = rung >= Rung.Chip || incident.Subject.Kind == SubjectKind.Chip ? ServingGuard.Of(draft, incident, rung) : new ServingWord(null, null, []);
        var restarted = guard.Narrow ?? LadderSteps.Touched(rung, draft.Layout, incident.Subject);
        rung = guard.Narrow is null ? rung : Rung.Engine;
        if ((guard.Hold ?? (rung <= Rung.Orphans ? BackOff(draft, incident, restarted) : Uncounted(draft, rung))) is { } reason)
        {
            draft.HoldBack(incident, reason);
            return false;
        }

        var why = guard.Narrow is null ? incident.Summary : $"{incident.Summary}; first the engines that do not serve, alone";
        return Begin(draft, incident, rung, LadderSteps.For(rung, draft.Layout, incident.Subject, restarted), guard.Serving, why);
    }

    /// <summary>A cause was found since the agent was interrupted, and the recovery under way is too narrow for it.</summary>
    private static bool CauseIsWider(Incident incident, Fault fault) => incident.Rung is null && fault.StartsAt > incident.Attempts[^1];

    /// <summary>Climbs from the incident's rung to the first that may be tried; hands over beyond the last.</summary>
    private static Rung? AllowedRung(PlanDraft draft, Incident incident, Fault fault)
    {
        // A narrower step may have come first to spare other engines. It is no rung of this fault's ladder.
        var rung = incident.Rung is { } raised && raised > fault.StartsAt ? raised : fault.StartsAt;
        var current = incident;
        while (rung < Rung.HandOver && Refusal(draft, incident, fault, rung) is { } refusal)
        {
            var next = rung < fault.Limit ? rung + 1 : Rung.HandOver;
            if (next == Rung.HandOver)
            {
                draft.Change(current, new HandedOver(draft.Now, $"{refusal}; no wider step is allowed for {fault.Code}"));
                return null;
            }

            draft.Change(current, new RungRaised(draft.Now, rung, next, refusal));
            current = draft.Open.First(i => i.Id == incident.Id);
            rung = next;
        }

        if (rung < Rung.HandOver)
            return rung;
        draft.Change(current, new HandedOver(draft.Now, $"{fault.Title.English}: a person has to act. {current.Summary}"));
        return null;
    }

    private static string? Refusal(PlanDraft draft, Incident incident, Fault fault, Rung rung)
    {
        if (rung == Rung.Driver && !draft.Settings.CanRestartDriver)
            return "no driver restart command is configured";
        if (rung == Rung.Chip && !draft.Settings.CanResetChips)
            return "no chip reset command is configured";

        // A rung above the first has one chance. If it did not cure the fault, the fault is something else.
        var tried = incident.Attempts.Count(a => a == rung) - incident.CutShort.Count(a => a == rung);
        var allowed = rung == fault.StartsAt ? fault.Attempts : 1;
        if (tried >= allowed)
            return $"rung {Words.Of(rung)} was tried {tried} of {allowed} times: {incident.Reason}";

        if (draft.RecoveredLately(incident, fault) is { } earlier)
            return $"it came {Durations.Text(draft.Now - earlier.SuspectedAt)} ago as well (incident {earlier.Id}), and the recovery did not keep it away";

        return LadderSteps.KeySteps(rung, draft.Layout, incident.Subject)
            .Select(s => draft.Budgets.Refusal(s.Kind, s.Subject, draft.Now))
            .FirstOrDefault(r => r is not null);
    }

    /// <summary>
    /// A step that touches more than one engine waits until the attempt can be counted on disk. It waits before anything is stopped for it.
    /// </summary>
    private static string? Uncounted(PlanDraft draft, Rung rung) => draft.Settings.CannotRecord is { } why
        ? $"rung {Words.Of(rung)} waits: its attempts have to be counted on disk, and the journal cannot be written ({why})"
        : null;

    /// <summary>If a restart did not help once, an immediate repetition does not help either.</summary>
    private static string? BackOff(PlanDraft draft, Incident incident, IReadOnlyList<Subject> engines)
    {
        var failedAt = incident.Touched.Count > 0 ? incident.StateSince : incident.SuspectedAt;
        return engines
            .Select(e => (Subject: e, After: draft.Settings.BackOff.After(draft.Budgets.Uses.Where(u => u.Kind == StepKind.StartEngine && u.Subject == e)
                .Select(u => u.At), failedAt)))
            .Where(e => draft.Now - failedAt < e.After.Wait)
            .Select(e => $"{e.Subject} was restarted {e.After.Restarts} time(s) in a row; the next follows {Durations.Text(e.After.Wait)} after the failure")
            .FirstOrDefault();
    }

    private static bool Begin(PlanDraft draft, Incident incident, Rung rung, IReadOnlyList<Step> steps, IReadOnlyList<Subject> serving, string reason)
    {
        var current = draft.Open.First(i => i.Id == incident.Id);
        var planned = new RecoveryPlanned(draft.Now, rung, steps, reason, LadderSteps.BlastRadius(rung, draft.Layout, steps, serving));
        var touched = steps.Select(s => s.Subject).Append(incident.Subject).Distinct();
        var maintenance = touched.Select(draft.MaintenanceOf).FirstOrDefault(m => m is not null);
        if (maintenance is not null)
        {
            draft.HoldBack(current, $"maintenance of {maintenance.Subject} by {maintenance.By}: {maintenance.Reason}");
            return false;
        }

        if (touched.Where(draft.IsPaused).Select(s => (Subject?)s).FirstOrDefault() is { } paused)
        {
            draft.HoldBack(current, $"{paused} is paused by somebody; it is not touched until it goes on");
            return false;
        }

        if (draft.Settings.Mode == AgentMode.Observe)
        {
            draft.HoldBack(current, $"mode is observe; would take rung {Words.Of(rung)}: {string.Join(", ", steps)}");
            return false;
        }

        draft.Change(current, planned);
        return true;
    }
}
