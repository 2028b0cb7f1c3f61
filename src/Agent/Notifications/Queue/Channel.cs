using Agent.Adapters;

namespace Agent.Notifications.Queue;

/// <summary>
/// One receiver with its rate, its waits and how it is doing. Notices are sent by one task; what goes to the receiver beside them is noted by others.
/// </summary>
/// <param name="notifier">Tells the receiver.</param>
/// <param name="receiver">What it wants to be told.</param>
/// <param name="clock">The clock.</param>
/// <param name="takenUp">How it was doing when an earlier agent ended; null: nothing is known.</param>
internal sealed class Channel(INotifier notifier, Receiver receiver, TimeProvider clock, ChannelState? takenUp = null)
{
    /// <summary>More than these at once are told as one message.</summary>
    public const int MostSingly = 3;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestAskedFor = TimeSpan.FromHours(1);

    private readonly TokenBucket? _bucket = notifier.Traits.Rate is { } rate ? new TokenBucket(rate, clock) : null;
    private readonly Lock _noting = new();
    private volatile ChannelState _state = takenUp ?? new(notifier.Name);
    private DateTimeOffset? _heldUntil;
    private int _failures;

    public ChannelTraits Traits => notifier.Traits;

    public Receiver Receiver => receiver;

    public ChannelState State => _state;

    /// <summary>Until when nothing is tried; null: now. A time further away than any wait was set before the clock was set back.</summary>
    public DateTimeOffset? HeldUntil()
    {
        lock (_noting)
            return _heldUntil is { } until && until > clock.GetUtcNow() && until <= clock.GetUtcNow() + LongestAskedFor ? until : null;
    }

    /// <summary>Until when a message has to wait for the rate; null: it may leave.</summary>
    public DateTimeOffset? RateUntil(Notice notice) =>
        _bucket is null || _bucket.Free(notice.IsUrgent) > 0 ? null : clock.GetUtcNow() + _bucket.Wait(notice.IsUrgent);

    /// <summary>Until when a message has to wait because people sleep; null: it may leave.</summary>
    public DateTimeOffset? QuietUntil(Notice notice) =>
        notice.IsToldAtNight || !Traits.IsForPeople || receiver.QuietUntil(clock.HostNow(), clock.LocalTimeZone) is not { } end ? null : end - clock.SetBy();

    /// <summary>What is sent, in order: what is urgent first and by itself, the rest by itself as long as it is little.</summary>
    public IReadOnlyList<ChannelMessage> MessagesOf(IReadOnlyList<ChannelItem> ready)
    {
        List<ChannelMessage> messages = [.. ready.Where(r => r.Notice.IsUrgent).Select(r => new ChannelMessage(r.Notice, [r.Row]))];
        // A report is a message by itself.
        messages.AddRange(ready.Where(r => r.Notice is ReportNotice).Select(r => new ChannelMessage(r.Notice, [r.Row])));
        List<ChannelItem> others = [.. ready.Where(r => r.Notice is IncidentNotice { IsUrgent: false })];
        var room = Math.Min(MostSingly, (_bucket?.Free(urgent: false) ?? MostSingly) - messages.Count);
        if (Traits.Merges && others.Count > Math.Max(1, room))
            messages.Add(new ChannelMessage(
                new Digest($"digest/{others[0].Notice.Key}/{others.Count}", clock.HostNow(), [.. others.Select(o => o.Notice).OfType<IncidentNotice>()]),
                [.. others.Select(o => o.Row)]));
        else
            messages.AddRange(others.Select(o => new ChannelMessage(o.Notice, [o.Row])));
        return messages;
    }

    public async Task<Delivery> SendAsync(Notice notice, CancellationToken cancellation)
    {
        _bucket?.Take();
        var delivery = await notifier.TellAsync(notice, cancellation);
        Note(delivery);
        return delivery;
    }

    /// <summary>Takes the result of a try.</summary>
    /// <returns>Whether the channel is doing otherwise than before.</returns>
    public bool Note(Delivery delivery)
    {
        var now = clock.GetUtcNow();
        lock (_noting)
        {
            var before = _state;
            _state = before.After(delivery, now);
            _failures = delivery.HoldsChannel ? _failures + 1 : 0;
            _heldUntil = delivery.HoldsChannel ? now + Wait(_failures, delivery.RetryAfter) : null;
            return !_state.IsAs(before);
        }
    }

    /// <summary>Doubles to a limit. The receiver may ask for a longer wait, within reason; never for none at all.</summary>
    public static TimeSpan Wait(long tries, TimeSpan? askedFor)
    {
        var wait = FirstWait * Math.Pow(2, Math.Clamp(tries - 1, 0, 10));
        wait = wait < LongestWait ? wait : LongestWait;
        return askedFor is { } asked && asked > wait ? asked < LongestAskedFor ? asked : LongestAskedFor : wait;
    }
}

/// <summary>A row of the outbox with what it tells.</summary>
internal sealed record ChannelItem(Storage.OutboxRow Row, Notice Notice);

/// <summary>A message and the rows that it tells.</summary>
internal sealed record ChannelMessage(Notice Notice, IReadOnlyList<Storage.OutboxRow> Rows);
