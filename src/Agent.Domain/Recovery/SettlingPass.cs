using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;

namespace Agent.Domain.Recovery;

/// <summary>Confirms, dismisses, verifies and resolves incidents. An incident is resolved only if its subject was seen well after the event.</summary>
internal static class SettlingPass
{
    /// <summary>A suspicion that no probe can look at again is dropped after this time.</summary>
    private static readonly TimeSpan SuspicionLimit = TimeSpan.FromMinutes(10);

    public static void Run(PlanDraft draft)
    {
        foreach (var incident in draft.Open)
        {
            var fault = draft.Faults[incident.Fault];
            switch (incident.State)
            {
                case IncidentState.Suspected:
                    SettleSuspicion(draft, incident, fault);
                    break;
                case IncidentState.Verifying:
                    Verify(draft, incident);
                    break;
                case IncidentState.Confirmed or IncidentState.HandedOver:
                    if (WentAway(draft, incident, fault))
                        draft.Change(incident, MenderPass.End(draft, incident, fault));
                    break;
                default:
                    break;
            }
        }
    }

    private static void SettleSuspicion(PlanDraft draft, Incident incident, Fault fault)
    {
        var now = draft.Now;
        if (draft.ExplanationOf(incident.Fault, incident.Subject, incident.Id) is { } cause)
        {
            draft.Change(incident, new Dismissed(now, $"an echo of {cause.Fault} (incident {cause.Id})"));
            return;
        }

        // While its possible cause still has to show itself, it is neither believed nor dropped: both would give it the wrong name.
        if (draft.PossibleCauseOf(incident) is not null)
            return;

        if (!draft.InView(incident))
        {
            var newest = draft.Picture.Find(incident.Probe, incident.Subject);
            if (newest is not null && newest.At > incident.LastSeenAt
                && (newest.Verdict != Verdict.CouldNotLook || IsOnlyAgainstAnother(draft, incident, newest)))
            {
                draft.Change(incident, new Dismissed(now, $"not seen again: {newest.Summary}"));
            }
            else if (now - incident.LastSeenAt > SuspicionLimit)
            {
                draft.Change(incident, new Dismissed(now, $"could not be looked at again for {Durations.Text(SuspicionLimit)}"));
            }

            return;
        }

        var age = now - incident.NamedAt;
        var flaps = draft.Dismissed.Count(d => d.Fault == incident.Fault && d.Subject == incident.Subject
            && now - d.SuspectedAt < draft.Settings.FlapWindow);
        if (flaps >= draft.Settings.FlapCount)
            draft.Change(incident, new Confirmed(now, $"flapping: came and went {flaps} times in {Durations.Text(draft.Settings.FlapWindow)}"));
        else if (fault.IsCertain && CausesWereLookedFor(draft, incident))
            draft.Change(incident, new Confirmed(now, $"leaves no doubt; driver, chips and log named no cause when looked at after it"));
        else if (fault.IsCertain && age >= fault.ConfirmAfter)
            draft.Change(incident, new Confirmed(now, $"leaves no doubt; not every probe that could name a cause answered within {Durations.Text(age)}"));
        else if (incident.Sightings >= fault.Sightings && age >= fault.ConfirmAfter)
            draft.Change(incident, new Confirmed(now, $"seen {incident.Sightings} times in {Durations.Text(age)}"));
    }

    /// <summary>
    /// Whether every look that could name a cause began after the suspicion and gave an answer.
    /// The answers name no cause: otherwise the incident would have another name by now.
    /// </summary>
    private static bool CausesWereLookedFor(PlanDraft draft, Incident incident) => draft.Settings.CauseLooks
        .Where(look => draft.Layout.Concerns(look.Subject, incident.Subject))
        .All(look => draft.Picture.Find(look.Probe, look.Subject) is { Verdict: not Verdict.CouldNotLook } seen
            && (seen.Began ?? seen.At) >= incident.NamedAt
            && HostPicture.IsFresh(seen, draft.Now));

    private static void Verify(PlanDraft draft, Incident incident)
    {
        var since = incident.StateSince;
        var sick = draft.Picture.Fresh(draft.Now).FirstOrDefault(o =>
            o.Verdict == Verdict.Faulty && o.At >= since
            && draft.Faults[o.Fault!].StartsAt != Rung.Note
            && !IsAPersons(draft, o)
            && (incident.Touched.Contains(o.Subject) || draft.Layout.Concerns(incident.Subject, o.Subject)));
        if (sick is not null)
        {
            draft.Change(incident, new VerificationFailed(draft.Now, $"after the recovery: {sick.Summary}"));
            return;
        }

        var engines = EnginesOf(draft, incident);
        if (RaisingProbeIsHealthy(draft, incident, since) && engines.All(e => draft.Serves(e, since) == true))
        {
            var proof = string.Join(", ", engines.Select(e => e.Subject));
            // A person who acted after the last step may have done what the steps had not.
            var by = incident.HandAt > since ? Mender.Person : Mender.Agent;
            var well = proof.Length == 0 ? "verified" : $"verified: {proof} serves again";
            draft.Change(incident, new Resolved(draft.Now, by == Mender.Person ? $"{well}, after a person acted" : well, by));
        }
        else if (draft.Now - since > draft.Settings.VerifyLimit)
        {
            draft.Change(incident, new VerificationFailed(draft.Now, $"not seen well within {Durations.Text(draft.Settings.VerifyLimit)} after the recovery"));
        }
    }

    /// <summary>The fault is gone without a recovery of the agent: by itself, or because a person mended it.</summary>
    private static bool WentAway(PlanDraft draft, Incident incident, Fault fault)
    {
        if (draft.InView(incident) || !RaisingProbeIsHealthy(draft, incident, incident.StateSince))
            return false;

        var healthySince = draft.Picture.Since(incident.Probe, incident.Subject);
        if (draft.Now - healthySince < fault.ConfirmAfter)
            return false;
        return fault.StartsAt == Rung.Note || EnginesOf(draft, incident).TrueForAll(e => draft.Serves(e, incident.StateSince) == true);
    }

    /// <summary>
    /// Whether the observation belongs to a fault that was handed to a person before the recovery. Then it
    /// says nothing about the recovery: worn memory must not make every restart of its engine count as failed.
    /// </summary>
    private static bool IsAPersons(PlanDraft draft, Observation seen) =>
        draft.Open.Any(i => i.State == IncidentState.HandedOver && i.Fault == seen.Fault && i.Subject == seen.Subject);

    /// <summary>
    /// Whether the observation knows the incident's subject to be well but for another fault, which is open or a person's. An engine that
    /// serves again is not restarted because its answers, which are a person's, could not be compared yet.
    /// </summary>
    private static bool IsOnlyAgainstAnother(PlanDraft draft, Incident incident, Observation seen) =>
        seen.OnlyAgainst is { } other && other != incident.Fault && (seen.Verdict == Verdict.CouldNotLook || IsAPersons(draft, seen));

    private static bool RaisingProbeIsHealthy(PlanDraft draft, Incident incident, DateTimeOffset since) =>
        draft.Picture.Find(incident.Probe, incident.Subject) is { } newest
        && (newest.Verdict == Verdict.Healthy || IsOnlyAgainstAnother(draft, incident, newest))
        && newest.At >= since
        && HostPicture.IsFresh(newest, draft.Now);

    private static List<EngineOnChips> EnginesOf(PlanDraft draft, Incident incident) =>
        [.. draft.Layout.Engines.Where(e => e.Wanted
            && (draft.Layout.EnginesOn(incident.Subject).Contains(e) || incident.Touched.Contains(e.Subject)))];
}
