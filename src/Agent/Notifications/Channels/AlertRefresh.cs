using Agent.Adapters;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Storage;

namespace Agent.Notifications.Channels;

/// <summary>
/// Sends open incidents to an Alertmanager again at its interval, and ended ones for five minutes more: that is what an
/// Alertmanager expects of its clients. The first word about an incident goes through the outbox.
/// </summary>
internal sealed class AlertRefresh(
    Recollection known,
    AlertmanagerNotifier notifier,
    Receiver receiver,
    FaultCatalog faults,
    Func<Subject, IReadOnlyList<EngineServes>> serves,
    TimeProvider clock,
    Action<string, Delivery> noted)
{
    private static readonly TimeSpan ResolvedFor = TimeSpan.FromMinutes(5);

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(notifier.ResendInterval, clock);
        while (await timer.WaitForNextTickAsync(cancellation))
            await RefreshAsync(cancellation);
    }

    public async Task RefreshAsync(CancellationToken cancellation)
    {
        var ended = clock.GetUtcNow() - ResolvedFor;
        foreach (var history in known.Incidents.Where(i => i.Incident.IsOpen || i.Incident.EndedAt >= ended))
        {
            var (incident, events) = history.ToldBy(clock);
            if (incident.ConfirmedAt is null || faults.Find(incident.Fault) is not { } fault)
                continue;
            var notice = new IncidentNotice(incident.Id, clock.HostNow())
            {
                Kind = incident.IsOpen ? NoticeKind.Confirmed : NoticeKind.Resolved,
                Incident = incident,
                Fault = fault,
                Events = events,
                Engines = serves(incident.Subject),
            };
            if (!receiver.Wants(notice))
                continue;
            // A failed try is not recorded: the next one follows by itself. A receiver that is away is away for all of them.
            var delivery = await notifier.TellAsync(notice, cancellation);
            noted(receiver.Name, delivery);
            if (delivery.HoldsChannel)
                return;
        }
    }
}
