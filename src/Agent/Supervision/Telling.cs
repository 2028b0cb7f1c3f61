using Agent.Adapters;
using Agent.Notifications.Channels;
using Agent.Notifications.Queue;
using Agent.Supervision.Reporting;

namespace Agent.Supervision;

/// <summary>All that tells people and alerting systems, beside the loop.</summary>
internal sealed class Telling(OutboxDispatcher outbox, IReadOnlyList<AlertRefresh> refreshes, ReceiverHeartbeats heartbeats, ChannelWatch watch,
    MeasureWatch measures, ReportWatch reports, ILogger<Telling> log)
{
    /// <summary>An operator wants to send again what was given up.</summary>
    public async Task<OperatorAnswer> AgainAsync(RetryNotices retry)
    {
        var count = await outbox.RetryAsync(retry.Channel, retry.Notice);
        var text = count == 0 ? "nothing was given up" : count == 1 ? "1 notice is sent again" : $"{count} notices are sent again";
        LogMessages.OperatorDid(log, retry.By, retry.What, text);
        return new OperatorAnswer(true, text);
    }

    public Task RunAsync(Func<Message, ValueTask> post, CancellationToken cancellation) => Together.RunAsync(
        [outbox.RunAsync, heartbeats.RunAsync, ends => watch.RunAsync(post, ends), measures.RunAsync, ends => reports.RunAsync(post, ends),
            .. refreshes.Select(r => (Func<CancellationToken, Task>)r.RunAsync)], cancellation);
}
