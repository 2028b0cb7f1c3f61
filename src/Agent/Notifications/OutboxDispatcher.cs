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
internal sealed class OutboxDispatcher(Outbox outbox, IncidentStore incidents, IReadOnlyList<INotifier> notifiers, FaultCatalog faults, TimeProvider clock, Action<string, Delivery> delivered)
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DatabaseWait = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _wake = new(0, 1);

    // Connections of SQLite are for one caller at a time.
    private readonly SemaphoreSlim _database = new(1, 1);

    // Tried, but not recorded because the disk refused: not to be sent again before it is.
    private readonly Dictionary<long, (OutboxRow Row, Delivery Delivery, DateTimeOffset At)> _unrecorded = [];

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
        foreach (var (row, delivery, at) in _unrecorded.Values.ToList())
            Record(row, delivery, at);
        var due = outbox.Due(clock.GetUtcNow()).Where(row => !_unrecorded.ContainsKey(row.Id)).ToList();
        await Task.WhenAll(due.GroupBy(row => row.Notifier, StringComparer.Ordinal).Select(rows => SendAsync([.. rows], cancellation)));
    }

    private async Task<TimeSpan> TurnAsync(CancellationToken cancellation)
    {
        try
        {
            await SendDueAsync(cancellation);
            var next = outbox.NextDue() - clock.GetUtcNow() ?? LongestSleep;
            return next < ShortestSleep ? ShortestSleep : next < LongestSleep ? next : LongestSleep;
        }
        catch (SqliteException)
        {
            // The journal meets the same disk and tells of it; here it is enough to come again.
            return DatabaseWait;
        }
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
                _unrecorded[row.Id] = (row, delivery, clock.GetUtcNow());
                Record(row, delivery, clock.GetUtcNow());
            }
            finally
            {
                _database.Release();
            }
        }
    }

    private void Record(OutboxRow row, Delivery delivery, DateTimeOffset at)
    {
        outbox.Record(row, delivery, at);
        _unrecorded.Remove(row.Id);
        delivered(row.Notifier, delivery);
    }

    [SuppressMessage("Design", "CA1031", Justification = "A notifier's own mistake is a failed try; the row stays and the others are sent.")]
    private async Task<Delivery> DeliverAsync(OutboxRow row, CancellationToken cancellation)
    {
        var notifier = notifiers.FirstOrDefault(n => n.Name == row.Notifier);
        if (notifier is null)
            return new Delivery(DeliveryEnd.Rejected, "no notifier of this name is configured any more");
        if (await LoadAsync(row.Incident, cancellation) is not { } history)
            return new Delivery(DeliveryEnd.Rejected, "the incident is not in the journal any more");
        if (faults.Find(history.Incident.Fault) is not { } fault)
            return new Delivery(DeliveryEnd.Rejected, $"this version knows no fault '{history.Incident.Fault}'");
        try
        {
            var at = Micros.Time(row.CreatedAt) + clock.SetBy();
            return await notifier.SendAsync(new Notice(row.Notice, row.Kind, history.Incident, fault, history.Events, at), cancellation);
        }
        catch (Exception mistake) when (!cancellation.IsCancellationRequested)
        {
            return new Delivery(DeliveryEnd.Retry, $"{mistake.GetType().Name}: {mistake.Message}");
        }
    }

    private async Task<IncidentHistory?> LoadAsync(string incident, CancellationToken cancellation)
    {
        await _database.WaitAsync(cancellation);
        try
        {
            return incidents.Load(incident);
        }
        finally
        {
            _database.Release();
        }
    }
}
