using Agent.Domain.Observations;

namespace Agent.Domain.Availability;

/// <summary>
/// The fold of looks into spans. It is pure: the same looks give the same ledger.
/// <code>
/// open      look      the open span ends
/// up        down      where the signs prove the last service, not at the verdict
/// any       unknown   at the last look that saw it
/// any       another   at the look
/// unknown   another   at the look; if it is known not to have changed, the span before goes on instead
/// </code>
/// An outage stays an outage until the engine serves again or an operator wants it stopped. A maintenance window that opens in the middle of it does not
/// end it: most outages that need a person are repaired in such a window.
/// </summary>
public static class ServiceLedger
{
    /// <summary>An engine that was up before and after nobody looked has so long to prove by work that it was up meanwhile.</summary>
    public static readonly TimeSpan ProofWait = TimeSpan.FromMinutes(10);

    /// <param name="track">Null: the subject is new to the ledger.</param>
    /// <param name="sight">What was seen.</param>
    /// <param name="boot">The present boot.</param>
    public static ServiceChange Next(ServiceTrack? track, ServiceSight sight, string boot)
    {
        var seen = Settled(sight, track);
        if (track is null)
            return new ServiceChange(new ServiceTrack(Span(seen, seen.At, 0, boot)) { Load = seen.Load }, []);
        if (seen.At < track.Open.To)
            seen = seen with { At = track.Open.To };
        if (track.Open.State == ServiceState.Unknown)
            return InGap(track, seen, boot);
        if (seen.State == track.Open.State)
            return GoesOn(track with { Load = Loaded(track, seen) }, track.Open, seen);
        var at = seen.State switch
        {
            ServiceState.Unknown => track.Open.To,
            ServiceState.Down when track.Open.State == ServiceState.Up => Within(seen.Begun ?? LastUp(track.Open, seen), track.Open.From, seen.At),
            _ => seen.At,
        };
        return Turn(track, seen, at, boot);
    }

    /// <summary>
    /// The ledger as an agent takes it up. The time between the last record of the agent before and now is unknown. Of a host that booted
    /// meanwhile no engine of before runs, which the first look confirms.
    /// </summary>
    /// <param name="open">The span that was open.</param>
    /// <param name="before">The one before it.</param>
    /// <param name="seenAt">The last record.</param>
    /// <param name="boot">The present boot.</param>
    /// <param name="bootBegan">When it began.</param>
    /// <param name="now">The present time.</param>
    public static ServiceChange TakenUp(ServiceSpan open, ServiceSpan? before, DateTimeOffset seenAt, string boot, DateTimeOffset bootBegan,
        DateTimeOffset now)
    {
        if (open.Boot != boot)
        {
            open = open with { To = Within(seenAt, open.From, DateTimeOffset.MaxValue) };
            List<ServiceSpan> closed = [open];
            if (bootBegan > open.To)
                closed.Add(Gap(open, open.To, bootBegan, ServiceReason.AgentAway));
            var booted = Gap(closed[^1], bootBegan, now, ServiceReason.HostBooted) with { Boot = boot };
            return new ServiceChange(new ServiceTrack(booted) { Before = open }, closed);
        }

        seenAt = Within(seenAt, open.From, now);
        if (open.State == ServiceState.Unknown)
            return new ServiceChange(new ServiceTrack(open with { To = now }) { Before = before?.Boot == boot ? before : null }, []);
        open = open with { To = seenAt };
        return new ServiceChange(new ServiceTrack(Gap(open, seenAt, now, ServiceReason.AgentAway)) { Before = open }, [open]);
    }

    /// <summary>What the look means where the ledger stands.</summary>
    private static ServiceSight Settled(ServiceSight sight, ServiceTrack? track)
    {
        if (sight.State != ServiceState.Down)
            return sight;
        var last = track is { Open.State: ServiceState.Unknown, Before: { } before } ? before : track?.Open;
        // A look before the first verdict knows nothing, and that is no service that an engine had.
        var isNew = last is null or { State: ServiceState.Unknown, Number: 0 } or { Why: ServiceReason.FirstStart };
        if (sight.IsBeforeService && isNew)
            return sight with { State = ServiceState.Planned, Why = ServiceReason.FirstStart };
        return sight.IsCovered && last?.State != ServiceState.Down ? sight with { State = ServiceState.Planned, Why = ServiceReason.Maintenance } : sight;
    }

    private static ServiceChange InGap(ServiceTrack track, ServiceSight seen, string boot)
    {
        var open = track.Open;
        if (seen.State == ServiceState.Unknown)
            return GoesOn(track, open, seen);
        if (open.Why == ServiceReason.HostBooted && open.Subject.Kind == SubjectKind.Engine && seen.State != ServiceState.Up)
        {
            var whole = Span(seen with { Why = seen.State == ServiceState.Down ? ServiceReason.HostBooted : seen.Why }, open.From, open.Number, boot);
            return new ServiceChange(new ServiceTrack(whole), []);
        }

        if (track.Before is not { } before || open.Why == ServiceReason.HostBooted || before.State != seen.State)
            return Turn(track, seen, Within(seen.Begun ?? seen.At, open.From, seen.At), boot);
        if (before.State != ServiceState.Up)
            return IsSame(before, seen) ? GoesOn(new ServiceTrack(before), before, seen) : Turn(track, seen, seen.At, boot);
        if (seen.Run is null || seen.Run != before.Run)
            return Turn(track, seen, seen.At, boot);
        if (seen.WorkedSince > open.From)
            return GoesOn(new ServiceTrack(before) { Load = seen.Load }, before, seen);
        var upSince = track.UpSince ?? seen.At;
        return seen.At - upSince >= ProofWait
            ? Turn(track, seen, upSince, boot)
            : new ServiceChange(track with { Open = open with { To = seen.At }, UpSince = upSince }, []);
    }

    /// <summary>A stop by an operator stands while no agent runs. An outage goes on if the same run has it, or the next one is still to come up.</summary>
    private static bool IsSame(ServiceSpan before, ServiceSight seen) => before.State == ServiceState.Planned
        || (before.Run is not null && before.Run == seen.Run)
        || seen.IsBeforeService
        || (before.Incident is not null && before.Incident == seen.Incident?.Id);

    private static ServiceChange GoesOn(ServiceTrack track, ServiceSpan span, ServiceSight seen)
    {
        span = span with { To = seen.At > span.To ? seen.At : span.To };
        return new ServiceChange(track with
        {
            Open = span.State switch
            {
                ServiceState.Up => span with { Run = seen.Run ?? span.Run },
                ServiceState.Planned => span with { Why = seen.Why },
                ServiceState.Down => WithIncident(span with { Run = seen.Run ?? span.Run }, seen.Incident),
                _ => span,
            },
        }, []);
    }

    private static ServiceChange Turn(ServiceTrack track, ServiceSight seen, DateTimeOffset at, string boot)
    {
        var closed = track.Open with { To = at };
        // A span without length says nothing; the next takes its place.
        var isEmpty = closed.Length <= TimeSpan.Zero;
        var next = Span(seen, at, isEmpty ? closed.Number : closed.Number + 1, boot);
        if (next.State == ServiceState.Down && closed.State == ServiceState.Up)
            next = next with { Lost = new LostWork(seen.Load ?? track.Load, track.AbortedByAgent) };
        return new ServiceChange(new ServiceTrack(next)
        {
            Before = next.State == ServiceState.Unknown ? closed : null,
            Load = seen.Load,
        }, isEmpty ? [] : [closed]);
    }

    private static ServiceSpan Span(ServiceSight seen, DateTimeOffset from, int number, string boot)
    {
        var span = new ServiceSpan(seen.Subject, seen.State, from, seen.At, seen.Why) { Number = number, Boot = boot, Run = seen.Run };
        return span.State == ServiceState.Down ? WithIncident(span, seen.Incident) : span;
    }

    private static ServiceSpan WithIncident(ServiceSpan span, OutageIncident? incident) =>
        incident is null ? span : span with { Incident = incident.Id, Fault = incident.Fault, DetectedAt = incident.ConfirmedAt };

    private static ServiceSpan Gap(ServiceSpan after, DateTimeOffset from, DateTimeOffset to, ServiceReason why) =>
        new(after.Subject, ServiceState.Unknown, from, to, why) { Number = after.Number + 1, Boot = after.Boot };

    /// <summary>An engine that starts was not seen to end: its run before served until the last look at most.</summary>
    private static DateTimeOffset LastUp(ServiceSpan up, ServiceSight seen) => seen.Why == ServiceReason.Starting ? up.To : seen.At;

    private static RequestLoad? Loaded(ServiceTrack track, ServiceSight seen) => seen.State == ServiceState.Up ? seen.Load ?? track.Load : track.Load;

    private static DateTimeOffset Within(DateTimeOffset at, DateTimeOffset from, DateTimeOffset to) => at < from ? from : at > to ? to : at;
}
