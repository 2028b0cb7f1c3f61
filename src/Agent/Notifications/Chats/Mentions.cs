using Agent.Configuration.Declared;

namespace Agent.Notifications.Chats;

/// <summary>The people whom a message calls by name.</summary>
internal sealed class Mentions(IReadOnlyList<string> names)
{
    private const string Everybody = "all";
    private const int LongestName = 64;

    public bool Any => names.Count > 0;

    public bool All => names.Contains(Everybody);

    public IReadOnlyList<string> Mobiles => [.. names.Where(IsMobile)];

    public IReadOnlyList<string> Users => [.. names.Where(n => n != Everybody && !IsMobile(n))];

    /// <summary>Nobody, where the notice calls nobody.</summary>
    public static Mentions For(Notice notice, IReadOnlyList<string> names) => new(ChatMessage.Calls(notice) ? names : []);

    /// <param name="whom">How people are named.</param>
    /// <param name="problem">What is wrong with a name of that vendor; null: nothing.</param>
    public static Setting<IReadOnlyList<string>> Key(string whom, Func<string, string?>? problem = null) => Setting.List("mention", [],
        $"Called by name when service is lost or a person is needed: {whom}, or all.",
        name => name == Everybody ? null : Problem(name) ?? problem?.Invoke(name));

    /// <summary>A mobile number of China, or one with its country in front.</summary>
    public static bool IsMobile(string name) => name[0] == '+' || (name is { Length: 11 } and ['1', ..] && name.All(char.IsAsciiDigit));

    // A name goes into markup.
    private static string? Problem(string name) => name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || "_-.+".Contains(c))
        ? null : $"'{name}' is no id and no mobile number: letters, digits and _ - . + alone, without @";
}
