using Agent.Domain.Faults;
using Agent.Domain.Incidents;

namespace Agent.Notifications;

/// <summary>Something to tell about an incident.</summary>
/// <param name="Key">The same for every try, so that a receiver can drop repeats: incident id and kind.</param>
internal sealed record Notice(string Key, string Kind, Incident Incident, Fault Fault, IReadOnlyList<IncidentEvent> Events, DateTimeOffset At);

internal enum DeliveryEnd
{
    Sent,

    /// <summary>The receiver is away or busy: the same again later.</summary>
    Retry,

    /// <summary>The receiver will never take this one.</summary>
    Rejected,
}

/// <summary>How a delivery ended. An answer that is not understood is never <see cref="DeliveryEnd.Sent"/>.</summary>
internal sealed record Delivery(DeliveryEnd End, string Problem = "", TimeSpan? RetryAfter = null)
{
    public static readonly Delivery Sent = new(DeliveryEnd.Sent);
}

/// <summary>
/// Tells one receiver. Called by the outbox, at least once for each notice. A notifier is one file, one line in
/// <see cref="NotifierList"/>, one test.
/// </summary>
internal interface INotifier
{
    /// <summary>Unique; rows of the outbox are kept under it.</summary>
    string Name { get; }

    Task<Delivery> SendAsync(Notice notice, CancellationToken cancellation);
}
