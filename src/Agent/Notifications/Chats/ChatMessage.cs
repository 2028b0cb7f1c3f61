using System.Text;
using System.Text.RegularExpressions;
using Agent.Domain.Incidents;
using Agent.ForeignText;
using Agent.Notifications.Texts;

namespace Agent.Notifications.Chats;

/// <summary>
/// A notice for a room, before the markup of a vendor. Its text may hold lines of logs: it does nothing as plain text, and a vendor's markup has
/// to be escaped in it.
/// </summary>
internal sealed partial record ChatMessage(string Title, Tone Tone, IReadOnlyList<string> Lines, IReadOnlyList<PageLink> Links)
{
    // A vendor's limit has to hold the title whatever names are in it.
    private const int TitleBytes = 600;
    private const string More = "…";

    public string Text => string.Join('\n', Lines);

    public static ChatMessage Of(Notice notice, Voice voice, Pages pages)
    {
        var text = NoticeText.Of(notice, voice);
        var title = Plain(text.Title);
        IEnumerable<string> lines = text.Lines.Select(Plain);
        if (Encoding.UTF8.GetByteCount(title) > TitleBytes)
            (title, lines) = (Utf8Cut.Beginning(title, TitleBytes - Encoding.UTF8.GetByteCount(More)) + More, lines.Prepend(title));
        return new(title, text.Tone, [.. lines], notice is IncidentNotice told ? [.. pages.Of(told, voice)] : []);
    }

    /// <summary>Somebody is called by name: a person is needed, or loses service now. A test calls, too, as it shows whether that works.</summary>
    public static bool Calls(Notice notice) => notice switch
    {
        TestNotice => true,
        IncidentNotice told => told.IsUrgent || told.Kind == NoticeKind.HandedOver,
        Digest digest => digest.Notices.Any(n => n.Kind == NoticeKind.HandedOver),
        _ => false,
    };

    // Chats make a link of every address, and perhaps a call of every name behind @. Those of a log must do neither; a unit such as vllm@a stays.
    private static string Plain(string line) => NameCall().Replace(TextGate.OnlyPrintable.Clean(line).Replace("://", ":／／", StringComparison.Ordinal), "＠");

    [GeneratedRegex("(?<![A-Za-z0-9._-])@", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NameCall();
}
