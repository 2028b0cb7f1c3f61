namespace Agent.Notifications;

/// <summary>How a delivery ended. The verdict is the receiver's own, where it has one beside the status of HTTP.</summary>
internal enum DeliveryEnd
{
    Sent,

    /// <summary>The receiver is away or busy: the same again later.</summary>
    Retry,

    /// <summary>Nothing passes before a person mends the receiver or its settings: the same again later, and somebody is told.</summary>
    Broken,

    /// <summary>The receiver will never take this one. It may take others.</summary>
    Rejected,
}

/// <summary>How a delivery ended. An answer that is not understood is never <see cref="DeliveryEnd.Sent"/>.</summary>
/// <param name="Problem">What was wrong, for people: no address, and no secret.</param>
/// <param name="RetryAfter">How long the receiver wants nothing.</param>
internal sealed record Delivery(DeliveryEnd End, string Problem = "", TimeSpan? RetryAfter = null)
{
    public static readonly Delivery Sent = new(DeliveryEnd.Sent);

    /// <summary>No other notice would pass now either, so none is tried.</summary>
    public bool HoldsChannel { get; init; } = End == DeliveryEnd.Broken || RetryAfter is not null;

    /// <summary>Nobody answered.</summary>
    public static Delivery Away(string problem) => new(DeliveryEnd.Retry, problem) { HoldsChannel = true };
}
