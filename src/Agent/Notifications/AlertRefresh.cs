using Agent.Adapters;
using Agent.Domain.Faults;
using Agent.Storage;
using Microsoft.Data.Sqlite;

namespace Agent.Notifications;

/// <summary>
/// Sends open incidents to an Alertmanager again at its interval, and ended ones for five minutes more: that is what an
/// Alertmanager expects of its clients. The first word about an incident goes through the outbox.
/// </summary>
internal sealed class AlertRefresh(IncidentStore incidents, AlertmanagerNotifier notifier, FaultCatalog faults, TimeProvider clock)
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
        foreach (var history in Told())
        {
            var incident = history.Incident;
            if (incident.ConfirmedAt is null || faults.Find(incident.Fault) is not { } fault)
                continue;
            // A failed try is not recorded: the next one follows by itself. A receiver that is away is away for all of them.
            var delivery = await notifier.SendAsync(new Notice(incident.Id, Notice.Confirmed, incident, fault, history.Events, clock.HostNow()), cancellation);
            if (delivery.End == DeliveryEnd.Retry)
                return;
        }
    }

    private IReadOnlyList<IncidentHistory> Told()
    {
        try
        {
            return [.. incidents.LoadOpen(), .. incidents.EndedSince(clock.GetUtcNow() - ResolvedFor)];
        }
        catch (SqliteException)
        {
            // The journal tells of a database in trouble; alerts live on for some intervals, and the next one asks again.
            return [];
        }
    }
}
