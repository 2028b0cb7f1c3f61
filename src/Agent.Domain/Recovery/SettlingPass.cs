using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;

namespace Agent.Domain.Recovery;

/// <summary>Confirms, dismisses, verifies and resolves incidents. An incident is resolved only if its subject was seen well after the event.</summary>
internal static class SettlingPass
{
    /// <summary>A suspicion that no probe can look at again is dropped after this time.</summary>
    private static readonly TimeSpan SuspicionLimit = TimeSpan.FromMinutes(10);

    public static void Run(Decision decision)
    {
        foreach (var incident in decision.Open)
        {
            var fault = decision.Faults[incident.Fault];
            switch (incident.State)
            {
                case IncidentState.Suspected:
                    SettleSuspicion(decision, incident, fault);
                    break;
                case IncidentState.Verifying:
                    Verify(decision, incident);
                    break;
                case IncidentState.Confirmed or IncidentState.HandedOver:
                    if (WentAway(decision, incident, fault))
                        decision.Change(incident, MenderPass.End(decision, incident, fault));
                    break;
                default:
                    break;
            }
        }
    }

    private static void SettleSuspicion(Decision decision, Incident incident, Fault fault)
    {
        var now = decision.Now;
        if (decision.ExplanationOf(incident.Fault, incident.Subject, incident.Id) is { } cause)
        {
            decision.Change(incident, new Dismissed(now, $"an echo of {cause.Fault} (incident {cause.Id})"));
            return;
        }

        // While its possible cause still has to show itself, it is neither believed nor dropped: both would give it the wrong name.
        if (decision.PossibleCauseOf(incident) is not null)
            return;

        if (!decision.InView(incident))
        {
            var newest = decision.Picture.Find(incident.Probe, incident.Subject);
            if (newest is { Verdict: not Verdict.CouldNotLook } && newest.At > incident.LastSeenAt)
                decision.Change(incident, new Dismissed(now, $"not seen again: {newest.Summary}"));
            else if (now - incident.LastSeenAt > SuspicionLimit)
                decision.Change(incident, new Dismissed(now, $"could not be looked at again for {Durations.Text(SuspicionLimit)}"));
            return;
        }

        var age = now - incident.NamedAt;
        var flaps = decision.Dismissed.Count(d => d.Fault == incident.Fault && d.Subject == incident.Subject
            && now - d.SuspectedAt < decision.Settings.FlapWindow);
        if (flaps >= decision.Settings.FlapCount)
            decision.Change(incident, new Confirmed(now, $"flapping: came and went {flaps} times in {Durations.Text(decision.Settings.FlapWindow)}"));
        else if (fault.IsCertain && CausesWereLookedFor(decision, incident))
            decision.Change(incident, new Confirmed(now, $"leaves no doubt; driver, chips and log named no cause when looked at after it"));
        else if (fault.IsCertain && age >= fault.ConfirmAfter)
            decision.Change(incident, new Confirmed(now, $"leaves no doubt; not every probe that could name a cause answered within {Durations.Text(age)}"));
        else if (incident.Sightings >= fault.Sightings && age >= fault.ConfirmAfter)
            decision.Change(incident, new Confirmed(now, $"seen {incident.Sightings} times in {Durations.Text(age)}"));
    }

    /// <summary>
    /// Whether every look that could name a cause began after the suspicion and gave an answer.
    /// The answers name no cause: otherwise the incident would have another name by now.
    /// </summary>
    private static bool CausesWereLookedFor(Decision decision, Incident incident) => decision.Settings.CauseLooks
        .Where(look => decision.Layout.Concerns(look.Subject, incident.Subject))
        .All(look => decision.Picture.Find(look.Probe, look.Subject) is { Verdict: not Verdict.CouldNotLook } seen
            && (seen.Began ?? seen.At) >= incident.NamedAt
            && HostPicture.IsFresh(seen, decision.Now));

    private static void Verify(Decision decision, Incident incident)
    {
        var since = incident.StateSince;
        var sick = decision.Picture.Fresh(decision.Now).FirstOrDefault(o =>
            o.Verdict == Verdict.Faulty && o.At >= since
            && decision.Faults[o.Fault!].StartsAt != Rung.Note
            && !IsAPersons(decision, o)
            && (incident.Touched.Contains(o.Subject) || decision.Layout.Concerns(incident.Subject, o.Subject)));
        if (sick is not null)
        {
            decision.Change(incident, new VerificationFailed(decision.Now, $"after the recovery: {sick.Summary}"));
            return;
        }

        var engines = EnginesOf(decision, incident);
        if (RaisingProbeIsHealthy(decision, incident, since) && engines.All(e => decision.Serves(e, since) == true))
        {
            var proof = string.Join(", ", engines.Select(e => e.Subject));
            // A person who acted after the last step may have done what the steps had not.
            var by = incident.HandAt > since ? Mender.Person : Mender.Agent;
            var well = proof.Length == 0 ? "verified" : $"verified: {proof} serves again";
            decision.Change(incident, new Resolved(decision.Now, by == Mender.Person ? $"{well}, after a person acted" : well, by));
        }
        else if (decision.Now - since > decision.Settings.VerifyLimit)
        {
            decision.Change(incident, new VerificationFailed(decision.Now, $"not seen well within {Durations.Text(decision.Settings.VerifyLimit)} after the recovery"));
        }
    }

    /// <summary>The fault is gone without a recovery of the agent: by itself, or because a person mended it.</summary>
    private static bool WentAway(Decision decision, Incident incident, Fault fault)
    {
        if (decision.InView(incident) || !RaisingProbeIsHealthy(decision, incident, incident.StateSince))
            return false;

        var healthySince = decision.Picture.Since(incident.Probe, incident.Subject);
        if (decision.Now - healthySince < fault.ConfirmAfter)
            return false;
        return fault.StartsAt == Rung.Note || EnginesOf(decision, incident).TrueForAll(e => decision.Serves(e, incident.StateSince) == true);
    }

    /// <summary>
    /// Whether the observation belongs to a fault that was handed to a person before the recovery. Then it
    /// says nothing about the recovery: worn memory must not make every restart of its engine count as failed.
    /// </summary>
    private static bool IsAPersons(Decision decision, Observation seen) =>
        decision.Open.Any(i => i.State == IncidentState.HandedOver && i.Fault == seen.Fault && i.Subject == seen.Subject);

    private static bool RaisingProbeIsHealthy(Decision decision, Incident incident, DateTimeOffset since) =>
        decision.Picture.Find(incident.Probe, incident.Subject) is { Verdict: Verdict.Healthy } newest
        && newest.At >= since
        && HostPicture.IsFresh(newest, decision.Now);

    private static List<EngineOnChips> EnginesOf(Decision decision, Incident incident) =>
        [.. decision.Layout.Engines.Where(e => e.Wanted
            && (decision.Layout.EnginesOn(incident.Subject).Contains(e) || incident.Touched.Contains(e.Subject)))];
}
