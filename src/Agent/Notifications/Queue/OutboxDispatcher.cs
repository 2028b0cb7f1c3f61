using System.Diagnostics.CodeAnalysis;
using Agent.Storage;

namespace Agent.Notifications.Queue;

/// <summary>
/// Sends what waits in the outbox. Sleeps until something is put in or the next try is due. Its own connection: a slow
/// receiver must not hold up supervision. Receivers are served beside each other: one that is away holds up only itself.
/// </summary>
internal sealed class OutboxDispatcher(
    Outbox outbox,
    NoticeLoader loader,
    IReadOnlyList<Channel> channels,
    TimeProvider clock,
    Action<string, Delivery> delivered)
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DatabaseWait = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _wake = new(0, 1);

    // Connections of SQLite are for one caller at a time.
    private readonly SemaphoreSlim _database = new(1, 1);

    /// <summary>How every channel is doing.</summary>
    public IReadOnlyList<ChannelView> Channels => [.. channels.Select(c => outbox.ViewOf(c.State))];

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
        await RecordAsync(outbox.WriteUnrecorded);
        var due = outbox.Due(clock.GetUtcNow());
        await Task.WhenAll(due.GroupBy(row => row.Notifier, StringComparer.Ordinal).Select(rows => SendAsync(rows.Key, [.. rows], cancellation)));
    }

    /// <summary>Puts what was given up back among what waits.</summary>
    /// <param name="channel">Null: every channel.</param>
    /// <param name="notice">Null: every notice.</param>
    /// <returns>How many.</returns>
    public async Task<int> RetryAsync(string? channel, string? notice)
    {
        var count = 0;
        await RecordAsync(now => count = outbox.Retry(channel, notice, now));
        Wake();
        return count;
    }

    /// <summary>A try that did not go through the outbox: an alert that is sent again, a heartbeat.</summary>
    public void Noted(string name, Delivery delivery)
    {
        channels.First(c => c.Receiver.Name == name).Note(delivery);
        delivered(name, delivery);
    }

    private async Task<TimeSpan> TurnAsync(CancellationToken cancellation)
    {
        await SendDueAsync(cancellation);
        var longest = outbox.HasUnrecorded ? DatabaseWait : LongestSleep;
        var next = outbox.NextDue() - clock.GetUtcNow() ?? longest;
        return next < ShortestSleep ? ShortestSleep : next < longest ? next : longest;
    }

    private async Task SendAsync(string name, IReadOnlyList<OutboxRow> rows, CancellationToken cancellation)
    {
        if (channels.FirstOrDefault(c => c.Receiver.Name == name) is not { } channel)
        {
            var gone = new Delivery(DeliveryEnd.Rejected, "no receiver of this name is configured any more");
            await RecordAsync(rows, gone);
            return;
        }

        if (channel.HeldUntil() is { } until)
        {
            outbox.Postpone(rows, until);
            return;
        }

        foreach (var message in channel.MessagesOf(await ReadyAsync(channel, rows, cancellation)))
        {
            if (channel.HeldUntil() is { } held)
            {
                outbox.Postpone(message.Rows, held);
            }
            else if (channel.RateUntil(message.Notice) is { } next)
            {
                outbox.Postpone(message.Rows, next);
            }
            else
            {
                var delivery = await DeliverAsync(channel, message.Notice, cancellation);
                await RecordAsync(message.Rows, delivery);
                delivered(name, delivery);
            }
        }
    }

    /// <summary>What can be told now. What cannot is postponed, or recorded as what became of it.</summary>
    private async Task<IReadOnlyList<ChannelItem>> ReadyAsync(Channel channel, IReadOnlyList<OutboxRow> rows, CancellationToken cancellation)
    {
        List<ChannelItem> ready = [];
        foreach (var row in channel.Traits.Merges ? outbox.WithFollowing(rows) : rows)
        {
            var loaded = await loader.LoadAsync(row, channel, cancellation);
            if (loaded.Failed is { } failed)
                await RecordAsync([row], failed);
            else if (loaded.Later is { } later)
                outbox.Postpone([row], later);
            else if (loaded.IsSkipped)
                await RecordAsync(now => outbox.Skip(row, now));
            else if (channel.QuietUntil(loaded.Notice!) is { } quiet)
                outbox.Postpone([row], quiet);
            else
                ready.Add(new(row, loaded.Notice!));
        }

        return ready;
    }

    [SuppressMessage("Design", "CA1031", Justification = "A notifier's own mistake is a failed try; the row stays and the others are sent.")]
    private static async Task<Delivery> DeliverAsync(Channel channel, Notice notice, CancellationToken cancellation)
    {
        try
        {
            return await channel.SendAsync(notice, cancellation);
        }
        catch (Exception mistake) when (!cancellation.IsCancellationRequested)
        {
            var failed = new Delivery(DeliveryEnd.Retry, mistake.Message);
            channel.Note(failed);
            return failed;
        }
    }

    private Task RecordAsync(IReadOnlyList<OutboxRow> rows, Delivery delivery) => RecordAsync(now =>
    {
        foreach (var row in rows)
            outbox.Record(row, delivery, now);
    });

    // Not cancelled: what was sent is recorded, or it is sent again at the next start.
    private async Task RecordAsync(Action<DateTimeOffset> record)
    {
        await _database.WaitAsync(CancellationToken.None);
        try
        {
            record(clock.GetUtcNow());
        }
        finally
        {
            _database.Release();
        }
    }
}
