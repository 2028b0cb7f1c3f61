using Agent.Storage;

namespace Agent.Notifications.Queue;

/// <summary>
/// Sends what waits for one channel, turn after turn. Sleeps until something is put into the outbox or the next try is due. Turns of other channels go
/// on beside it, so a receiver that does not answer holds up only itself.
/// </summary>
/// <param name="channel">The channel.</param>
/// <param name="outbox">What waits.</param>
/// <param name="loader">Makes notices of it.</param>
/// <param name="clock">The clock.</param>
/// <param name="record">Changes the outbox, while no other channel does.</param>
/// <param name="delivered">Is told how each try ended.</param>
internal sealed class ChannelTurns(Channel channel, Outbox outbox, NoticeLoader loader, TimeProvider clock, Func<Action<DateTimeOffset>, Task> record,
    Action<string, Delivery> delivered)
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DatabaseWait = TimeSpan.FromSeconds(5);

    // Two that wake it at the same moment make one turn too many, which finds nothing.
    private readonly SemaphoreSlim _wake = new(0);

    private string Name => channel.Receiver.Name;

    public ChannelView View => outbox.ViewOf(channel.State);

    public bool IsOf(string name) => Name == name;

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
            await _wake.WaitAsync(Sleep(), cancellation);
        }
    }

    public async Task SendDueAsync(CancellationToken cancellation)
    {
        await record(outbox.WriteUnrecorded);
        var rows = outbox.Due(Name, clock.GetUtcNow());
        if (rows.Count == 0)
            return;
        if (channel.HeldUntil() is { } until)
        {
            outbox.Postpone(rows, until);
            return;
        }

        // Incidents of which an earlier notice still waits: what follows it would overtake it.
        HashSet<string> waits = new(StringComparer.Ordinal);
        foreach (var message in channel.MessagesOf(await ReadyAsync(rows, waits, cancellation)).Where(m => !m.Rows.Any(r => waits.Contains(r.Incident))))
        {
            if (!await SendAsync(message, cancellation))
                waits.UnionWith(message.Rows.Select(r => r.Incident));
        }
    }

    /// <returns>False: it waits on.</returns>
    private async Task<bool> SendAsync(ChannelMessage message, CancellationToken cancellation)
    {
        if ((channel.HeldUntil() ?? channel.RateUntil(message.Notice)) is { } later)
        {
            outbox.Postpone(message.Rows, later);
            return false;
        }

        var delivery = await channel.SendAsync(message.Notice, cancellation);
        outbox.Keep(channel.State);
        await RecordAsync(message.Rows, delivery);
        delivered(Name, delivery);
        return delivery.End is DeliveryEnd.Sent or DeliveryEnd.Rejected;
    }

    /// <summary>A try that did not go through the outbox.</summary>
    public void Noted(Delivery delivery)
    {
        if (channel.Note(delivery))
        {
            outbox.Keep(channel.State);
            Wake();
        }

        delivered(Name, delivery);
    }

    private TimeSpan Sleep()
    {
        var longest = outbox.HasUnrecorded ? DatabaseWait : LongestSleep;
        var next = outbox.NextDue(Name) - clock.GetUtcNow() ?? longest;
        return next < ShortestSleep ? ShortestSleep : next < longest ? next : longest;
    }

    /// <summary>What can be told now. What cannot is postponed, or recorded as what became of it.</summary>
    private async Task<IReadOnlyList<ChannelItem>> ReadyAsync(IReadOnlyList<OutboxRow> rows, HashSet<string> waits, CancellationToken cancellation)
    {
        List<ChannelItem> ready = [];
        foreach (var row in (channel.Traits.Merges ? outbox.WithFollowing(rows) : rows).Where(r => !waits.Contains(r.Incident)))
        {
            var loaded = await loader.LoadAsync(row, channel, cancellation);
            if (loaded.Failed is { } failed)
            {
                await RecordAsync([row], failed);
                if (failed.End is not DeliveryEnd.Rejected)
                    waits.Add(row.Incident);
            }
            else if (loaded.Later is { } later)
                outbox.Postpone([row], later);
            else if (loaded.IsSkipped)
                await record(now => outbox.Skip(row, now));
            else if (channel.QuietUntil(loaded.Notice!) is { } quiet)
                outbox.Postpone([row], quiet);
            else
                ready.Add(new(row, loaded.Notice!));
        }

        return ready;
    }

    private Task RecordAsync(IReadOnlyList<OutboxRow> rows, Delivery delivery) => record(now =>
    {
        foreach (var row in rows)
            outbox.Record(row, delivery, now);
    });
}
