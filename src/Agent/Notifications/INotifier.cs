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
