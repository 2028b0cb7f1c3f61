namespace Agent.Notifications.Chats;

/// <summary>
/// Markdown of DingTalk and WeCom. Neither vendor says how a sign is escaped, so signs that would make a link, an image, a colour or a call of
/// somebody become the same signs in full width, which look alike and do nothing.
/// </summary>
internal static class ChatMarkdown
{
    private const string Signs = "<>[]*";
    private const string FullWidth = "＜＞［］＊";

    public static string Escaped(string text) => text.AsSpan().ContainsAny(Signs)
        ? string.Create(text.Length, text, (made, from) =>
        {
            for (var i = 0; i < from.Length; i++)
                made[i] = Signs.IndexOf(from[i], StringComparison.Ordinal) is >= 0 and var at ? FullWidth[at] : from[i];
        })
        : text;

    public static string Of(PageLink link) =>
        $"[{link.Text}]({link.Address.Replace("(", "%28", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal)})";
}
