using Agent.Adapters;

namespace Agent.Notifications.Queue;

/// <summary>
/// Sends what waits in the outbox, each channel in turns of its own. Its own connection: a slow receiver must not hold up supervision.
/// </summary>
internal sealed class OutboxDispatcher
{
    private readonly Outbox _outbox;
    private readonly TimeProvider _clock;
    private readonly IReadOnlyList<ChannelTurns> _turns;

    // Connections of SQLite are for one caller at a time.
    private readonly SemaphoreSlim _database = new(1, 1);

    public OutboxDispatcher(Outbox outbox, NoticeLoader loader, IReadOnlyList<Channel> channels, TimeProvider clock, Action<string, Delivery> delivered) =>
        (_outbox, _clock, _turns) = (outbox, clock, [.. channels.Select(c => new ChannelTurns(c, outbox, loader, clock, RecordAsync, delivered))]);

    /// <summary>How every channel is doing.</summary>
    public IReadOnlyList<ChannelView> Channels => [.. _turns.Select(t => t.View)];

    /// <summary>Something was put into the outbox.</summary>
    public void Wake()
    {
        foreach (var channel in _turns)
            channel.Wake();
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        await GiveUpForNobodyAsync();
        await Together.RunAsync(_turns.Select(t => (Func<CancellationToken, Task>)t.RunAsync), cancellation);
    }

    /// <summary>One turn of every channel.</summary>
    public async Task SendDueAsync(CancellationToken cancellation)
    {
        await GiveUpForNobodyAsync();
        await Task.WhenAll(_turns.Select(t => t.SendDueAsync(cancellation)));
    }

    /// <summary>Puts what was given up back among what waits.</summary>
    /// <param name="channel">Null: every channel.</param>
    /// <param name="notice">Null: every notice.</param>
    /// <returns>How many.</returns>
    public async Task<int> RetryAsync(string? channel, string? notice)
    {
        var count = 0;
        await RecordAsync(now => count = _outbox.Retry(channel, notice, now));
        await GiveUpForNobodyAsync();
        Wake();
        return count;
    }

    /// <summary>A try that did not go through the outbox: an alert that is sent again, a heartbeat.</summary>
    public void Noted(string name, Delivery delivery) => _turns.First(t => t.IsOf(name)).Noted(delivery);

    private Task GiveUpForNobodyAsync() => RecordAsync(now =>
    {
        foreach (var row in _outbox.ForNobody())
            _outbox.Record(row, new Delivery(DeliveryEnd.Rejected, "no receiver of this name is configured any more"), now);
    });

    // Not cancelled: what was sent is recorded, or it is sent again at the next start.
    private async Task RecordAsync(Action<DateTimeOffset> record)
    {
        await _database.WaitAsync(CancellationToken.None);
        try
        {
            record(_clock.GetUtcNow());
        }
        finally
        {
            _database.Release();
        }
    }
}
