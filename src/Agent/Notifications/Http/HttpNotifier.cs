using Agent.Configuration;
using Agent.Notifications.Texts;

namespace Agent.Notifications.Http;

/// <summary>A notifier that posts. What it posts and how an answer is read is its own.</summary>
internal abstract class HttpNotifier(NotifierSettings settings, NotifierParts parts) : INotifier
{
    private readonly HttpReceiver _receiver = new(settings);

    public string Name => Settings.Name;

    public abstract ChannelTraits Traits { get; }

    protected NotifierSettings Settings => settings;

    protected NotifierParts Parts => parts;

    /// <summary>How it speaks to its receiver.</summary>
    protected Voice Voice { get; } = parts.VoiceFor(settings);

    protected Pages Pages { get; } = Pages.Of(settings);

    /// <summary>The verdict is in the body.</summary>
    protected virtual bool ReadsAnswer => false;

    public async Task<Delivery> SendAsync(Notice notice, CancellationToken cancellation)
    {
        var (post, problem) = Compose(notice);
        return post is null ? problem ?? Delivery.Sent : await _receiver.PostAsync(post, Judge, ReadsAnswer, cancellation);
    }

    public string Preview(Notice notice) => Compose(notice) switch
    {
        ({ } post, _) => _receiver.Preview(post),
        (_, { } problem) => problem.Problem + "\n",
        _ => "",
    };

    /// <returns>What is posted; or why it cannot be; or neither, where the receiver takes no notice of this kind.</returns>
    protected abstract (HttpPost? Post, Delivery? Problem) Compose(Notice notice);

    protected virtual Delivery Judge(HttpAnswer answer) => answer.ByStatus();
}
