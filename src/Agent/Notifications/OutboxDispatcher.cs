using System.Diagnostics.CodeAnalysis;
using Agent.Adapters;
using Agent.Domain.Faults;
using Agent.Storage;
using Microsoft.Data.Sqlite;

namespace Agent.Notifications;

/// <summary>
/// Sends what waits in the outbox. Sleeps until something is put in or the next try is due. Its own connection: a slow
/// receiver must not hold up supervision. Receivers are served beside each other: one that is away holds up only itself.
/// </summary>
internal sealed class OutboxDispatcher(
    Outbox outbox,
    Recollection known,
    IncidentStore incidents,
    IReadOnlyList<INotifier> notifiers,
    FaultCatalog faults,
    TimeProvider clock,
    Action<string, Delivery> delivered)
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DatabaseWait = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _wake = new(0, 1);

    // Connections of SQLite are for one caller at a time.
    private readonly SemaphoreSlim _database = new(1, 1);

    /// <summary>Something was put into the outbox.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount == 0)
            _wake.Release();
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var sleep = await TurnAsync(cancellation);
            await _wake.WaitAsync(sleep, cancellation);
        }
    }

    public async Task SendDueAsync(CancellationToken cancellation)
    {
        outbox.WriteUnrecorded(clock.GetUtcNow());
        var due = outbox.Due(clock.GetUtcNow());
        await Task.WhenAll(due.GroupBy(row => row.Notifier, StringComparer.Ordinal).Select(rows => SendAsync([.. rows], cancellation)));
    }

    private async Task<TimeSpan> TurnAsync(CancellationToken cancellation)
    {
        await SendDueAsync(cancellation);
        var longest = outbox.HasUnrecorded ? DatabaseWait : LongestSleep;
        var next = outbox.NextDue() - clock.GetUtcNow() ?? longest;
        return next < ShortestSleep ? ShortestSleep : next < longest ? next : longest;
    }

    private async Task SendAsync(IReadOnlyList<OutboxRow> rows, CancellationToken cancellation)
    {
        foreach (var row in rows)
        {
            var delivery = await DeliverAsync(row, cancellation);
            // Not cancelled: what was sent is recorded, or it is sent again at the next start.
            await _database.WaitAsync(CancellationToken.None);
            try
            {
                outbox.Record(row, delivery, clock.GetUtcNow());
                delivered(row.Notifier, delivery);
            }
            finally
            {
                _database.Release();
            }
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A notifier's own mistake is a failed try; the row stays and the others are sent.")]
    private async Task<Delivery> DeliverAsync(OutboxRow row, CancellationToken cancellation)
    {
        var notifier = notifiers.FirstOrDefault(n => n.Name == row.Notifier);
        if (notifier is null)
            return new Delivery(DeliveryEnd.Rejected, "no notifier of this name is configured any more");
        var (history, unread) = await LoadAsync(row.Incident, cancellation);
        if (history is null)
            return new Delivery(unread is null ? DeliveryEnd.Rejected : DeliveryEnd.Retry, unread ?? "the incident is not in the journal any more");
        if (faults.Find(history.Incident.Fault) is not { } fault)
            return new Delivery(DeliveryEnd.Rejected, $"this version knows no fault '{history.Incident.Fault}'");
        try
        {
            var at = Micros.Time(row.CreatedAt) + clock.SetBy();
            return await notifier.SendAsync(new Notice(row.Notice, row.Kind, history.Incident, fault, history.Events, at), cancellation);
        }
        catch (Exception mistake) when (!cancellation.IsCancellationRequested)
        {
            return new Delivery(DeliveryEnd.Retry, $"{mistake.Message}");
        }
    }

    private async Task<(IncidentHistory? History, string? Unread)> LoadAsync(string incident, CancellationToken cancellation)
    {
        if (known.Find(incident) is { } inMemory)
            return (inMemory.ToldBy(clock), null);
        await _database.WaitAsync(cancellation);
        try
        {
            return (incidents.Load(incident), null);
        }
        catch (SqliteException refused)
        {
            return (null, $"the journal cannot be read: {refused.Message}");
        }
        finally
        {
            _database.Release();
        }
    }
}
