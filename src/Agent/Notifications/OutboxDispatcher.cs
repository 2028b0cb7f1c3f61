using System.Diagnostics.CodeAnalysis;
using Agent.Domain.Faults;
using Agent.Storage;

namespace Agent.Notifications;

/// <summary>
/// Sends what waits in the outbox. Sleeps until something is put in or the next try is due. Its own connection: a slow
/// receiver must not hold up supervision.
/// </summary>
internal sealed class OutboxDispatcher(Outbox outbox, IncidentStore incidents, IReadOnlyList<INotifier> notifiers, FaultCatalog faults, TimeProvider clock, Action<string, Delivery> delivered)
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _wake = new(0, 1);

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
            await SendDueAsync(cancellation);
            var next = outbox.NextDue() - clock.GetUtcNow() ?? LongestSleep;
            var sleep = TimeSpan.FromTicks(Math.Clamp(next.Ticks, TimeSpan.FromMilliseconds(50).Ticks, LongestSleep.Ticks));
            await _wake.WaitAsync(sleep, cancellation);
        }
    }

    public async Task SendDueAsync(CancellationToken cancellation)
    {
        foreach (var row in outbox.Due(clock.GetUtcNow()))
        {
            var delivery = await DeliverAsync(row, cancellation);
            outbox.Record(row, delivery, clock.GetUtcNow());
            delivered(row.Notifier, delivery);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A notifier's own mistake is a failed try; the row stays and the others are sent.")]
    private async Task<Delivery> DeliverAsync(OutboxRow row, CancellationToken cancellation)
    {
        var notifier = notifiers.FirstOrDefault(n => n.Name == row.Notifier);
        if (notifier is null)
            return new Delivery(DeliveryEnd.Rejected, "no notifier of this name is configured any more");
        if (incidents.Load(row.Incident) is not { } history || faults.Find(history.Incident.Fault) is not { } fault)
            return new Delivery(DeliveryEnd.Rejected, "the incident is not in the journal any more");
        try
        {
            return await notifier.SendAsync(new Notice(row.Notice, row.Kind, history.Incident, fault, history.Events, Micros.Time(row.CreatedAt)), cancellation);
        }
        catch (Exception mistake) when (!cancellation.IsCancellationRequested)
        {
            return new Delivery(DeliveryEnd.Retry, $"{mistake.GetType().Name}: {mistake.Message}");
        }
    }
}
