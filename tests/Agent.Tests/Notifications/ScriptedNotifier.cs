using Agent.Notifications;

namespace Agent.Tests.Notifications;

/// <summary>A notifier whose answers a test writes down before.</summary>
internal sealed class ScriptedNotifier(string name) : INotifier
{
    public string Name => name;

    public ChannelTraits Traits { get; init; } = ChannelTraits.OfMachine;

    public Queue<Delivery> Answers { get; } = new();

    /// <summary>The keys of what it was given, a digest as the keys that it holds.</summary>
    public List<string> Got { get; } = [];

    public List<Notice> Notices { get; } = [];

    public bool Throws { get; set; }

    private readonly SemaphoreSlim _took = new(0);

    /// <summary>Waits until it was given so many more.</summary>
    public async Task TookAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await _took.WaitAsync(TestContext.Current.CancellationToken);
    }

    public Task<Delivery> SendAsync(Notice notice, CancellationToken cancellation)
    {
        if (Throws)
            throw new InvalidOperationException("a mistake of the notifier");
        Notices.Add(notice);
        Got.Add(notice is Digest digest ? string.Join('+', digest.Notices.Select(n => n.Key)) : notice.Key);
        _took.Release();
        return Task.FromResult(Answers.TryDequeue(out var answer) ? answer : Delivery.Sent);
    }

    public string Preview(Notice notice) => "";
}
