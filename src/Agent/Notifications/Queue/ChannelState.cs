using Agent.Storage;

namespace Agent.Notifications.Queue;

/// <summary>How a channel is doing, replaced as a whole.</summary>
internal sealed record ChannelState(string Name)
{
    /// <summary>Since when nothing passes; null: the last message passed, or none was sent yet.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>What was wrong at the last try; empty: nothing.</summary>
    public string Problem { get; init; } = "";

    /// <summary>It does not pass before a person mends it.</summary>
    public bool IsBroken { get; init; }

    public DateTimeOffset? LastSentAt { get; init; }

    /// <summary>The same but for the time of the last message, which changes with each.</summary>
    public bool IsAs(ChannelState other) => this == other with { LastSentAt = LastSentAt };

    /// <summary>What a new agent believes of it.</summary>
    /// <param name="failed">Something waits that the receiver did not take.</param>
    /// <param name="now">A time in the future was written before the clock was set back.</param>
    public ChannelState TakenUp(bool failed, DateTimeOffset now) => FailingSince is not { } since ? this
        : failed ? this with { FailingSince = since < now ? since : now }
        : new(Name) { LastSentAt = LastSentAt };

    public static ChannelState Of(ChannelRow row) => new(row.Notifier)
    {
        FailingSince = row.FailingSince is { } since ? Micros.Time(since) : null,
        Problem = row.Problem,
        IsBroken = row.IsBroken == 1,
        LastSentAt = row.LastSentAt is { } at ? Micros.Time(at) : null,
    };

    public ChannelRow Row() => new()
    {
        Notifier = Name,
        FailingSince = FailingSince is { } since ? Micros.Of(since) : null,
        Problem = Problem,
        IsBroken = IsBroken ? 1 : 0,
        LastSentAt = LastSentAt is { } at ? Micros.Of(at) : null,
    };

    public ChannelState After(Delivery delivery, DateTimeOffset now) => delivery.End switch
    {
        // A receiver that stands for several people may have passed it to some of them.
        DeliveryEnd.Sent => new(Name) { LastSentAt = now, Problem = delivery.Problem },
        // It answers, and would take others.
        DeliveryEnd.Rejected => this with { FailingSince = null, IsBroken = false, Problem = delivery.Problem },
        _ => this with { FailingSince = FailingSince ?? now, IsBroken = delivery.End == DeliveryEnd.Broken, Problem = delivery.Problem },
    };
}

/// <summary>A channel with what waits for it.</summary>
/// <param name="Waiting">Notices that are not told yet.</param>
/// <param name="OldestAt">When the oldest of these came up.</param>
/// <param name="Dead">Notices that were given up; <c>npu-agent notify retry</c> sends them again.</param>
internal sealed record ChannelView(ChannelState State, int Waiting, DateTimeOffset? OldestAt, int Dead);
