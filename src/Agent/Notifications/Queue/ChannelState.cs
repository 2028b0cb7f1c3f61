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
