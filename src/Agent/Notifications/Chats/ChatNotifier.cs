using Agent.Configuration;
using Agent.Notifications.Http;

namespace Agent.Notifications.Chats;

/// <summary>A notifier that writes into a room where people talk. Those that wait go there as one message, and the vendor's own answer counts.</summary>
internal abstract class ChatNotifier(NotifierSettings settings, NotifierParts parts, SendingRate rate) : HttpNotifier(settings, parts)
{
    public sealed override ChannelTraits Traits { get; } = new() { IsForPeople = true, Merges = true, Rate = rate };

    protected sealed override bool ReadsAnswer => true;

    protected ChatMessage MessageOf(Notice notice) => ChatMessage.Of(notice, Voice, Pages);
}
