using System.Diagnostics.CodeAnalysis;

namespace Agent.Notifications;

/// <summary>
/// Tells one receiver. Called by the outbox, at least once for each notice. A notifier is one file, one line in
/// <see cref="NotifierList"/>, one test.
/// </summary>
internal interface INotifier
{
    /// <summary>Unique; rows of the outbox are kept under it.</summary>
    string Name { get; }

    /// <summary>What the receiver can be sent, and how often.</summary>
    ChannelTraits Traits { get; }

    Task<Delivery> SendAsync(Notice notice, CancellationToken cancellation);

    /// <summary>Exactly what would be sent, as text, with <c>***</c> in place of every secret.</summary>
    string Preview(Notice notice);
}

internal static class NotifierTry
{
    /// <summary>Sends a notice. A notifier's own mistake is a failed try: it keeps nobody else from being told and does not end the agent.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a library or a receiver's answer brings about, supervision goes on.")]
    public static async Task<Delivery> TellAsync(this INotifier notifier, Notice notice, CancellationToken cancellation)
    {
        try
        {
            return await notifier.SendAsync(notice, cancellation);
        }
        catch (Exception mistake) when (!cancellation.IsCancellationRequested)
        {
            return new Delivery(DeliveryEnd.Retry, mistake.Message);
        }
    }
}

/// <summary>What a receiver can be sent, and how often.</summary>
internal sealed record ChannelTraits
{
    /// <summary>A program reads it and keeps its own books: it gets every notice by itself, whatever the hour.</summary>
    public static readonly ChannelTraits OfMachine = new() { IsForPeople = false };

    /// <summary>People read it: notices that wait are merged, faults that come and go are told once, quiet hours are kept.</summary>
    public required bool IsForPeople { get; init; }

    /// <summary>Takes several notices as one.</summary>
    public bool Merges { get; init; }

    /// <summary>Null: as often as there is something to tell.</summary>
    public SendingRate? Rate { get; init; }
}

/// <summary>So many messages within a time.</summary>
/// <param name="Kept">Of these, kept free for urgent ones.</param>
internal sealed record SendingRate(int Messages, TimeSpan Per, int Kept);
