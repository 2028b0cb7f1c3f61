using System.Globalization;
using Agent.Adapters;
using Agent.Domain.Observations;
using Agent.Storage;

namespace Agent.Notifications.Queue;

/// <summary>
/// Tells receivers that want it that the agent still watches, so that its silence is noticed. One that cannot be delivered is not kept: the
/// next one says the same.
/// </summary>
internal sealed class ReceiverHeartbeats(
    IReadOnlyList<(INotifier Notifier, Receiver Receiver)> receivers,
    Recollection known,
    Func<Subject, IReadOnlyList<EngineServes>> serves,
    TimeProvider clock,
    Action<string, Delivery> noted)
{
    public Task RunAsync(CancellationToken cancellation) =>
        Together.RunAsync(receivers.Where(r => r.Receiver.HeartbeatInterval > TimeSpan.Zero)
            .Select(r => (Func<CancellationToken, Task>)(ends => RunAsync(r.Notifier, r.Receiver, ends))), cancellation);

    private async Task RunAsync(INotifier notifier, Receiver receiver, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(receiver.HeartbeatInterval, clock);
        do
        {
            var at = clock.HostNow();
            var open = known.Incidents.Count(i => i.Incident is { IsOpen: true, ConfirmedAt: not null });
            var notice = new HeartbeatNotice($"heartbeat/{at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}", at, open, serves(Subject.Host));
            noted(notifier.Name, await notifier.TellAsync(notice, cancellation));
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }
}
