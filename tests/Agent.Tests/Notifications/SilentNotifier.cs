using Agent.Notifications;

namespace Agent.Tests.Notifications;

/// <summary>A notifier whose receiver takes the connection and never answers.</summary>
internal sealed class SilentNotifier(string name) : INotifier
{
    public string Name => name;

    public ChannelTraits Traits => ChannelTraits.OfMachine;

    /// <summary>The keys of what it was given.</summary>
    public List<string> Got { get; } = [];

    public async Task<Delivery> SendAsync(Notice notice, CancellationToken cancellation)
    {
        Got.Add(notice.Key);
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        return Delivery.Sent;
    }

    public string Preview(Notice notice) => "";
}
