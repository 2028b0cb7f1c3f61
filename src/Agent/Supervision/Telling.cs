using Agent.Notifications.Channels;
using Agent.Notifications.Queue;
using Agent.Supervision.Reporting;

namespace Agent.Supervision;

/// <summary>All that tells people and alerting systems, beside the loop.</summary>
internal sealed class Telling(OutboxDispatcher outbox, IReadOnlyList<AlertRefresh> refreshes, ReceiverHeartbeats heartbeats, ChannelWatch watch,
    MeasureWatch measures, ReportWatch reports)
{
    public OutboxDispatcher Outbox => outbox;

    public Task RunAsync(Func<Message, ValueTask> post, CancellationToken cancellation) => Task.WhenAll(
        [outbox.RunAsync(cancellation), heartbeats.RunAsync(cancellation), watch.RunAsync(post, cancellation),
            measures.RunAsync(cancellation), reports.RunAsync(post, cancellation), .. refreshes.Select(r => r.RunAsync(cancellation))]);
}
