using System.Buffers;

namespace Agent.ForeignText;

/// <summary>
/// Whether a line may give a value to a name that sounds secret. The words alone are in every other line of an engine's log ("tokens/s",
/// "max_tokens=64"). The sign of a secret is a name that ends with such a word, followed by the sign of a value. The answer must be yes for every
/// line that a pattern for names could match.
/// </summary>
internal static class SecretNames
{
    public static readonly string[] Words = ["authorization", "cookie", "key", "secret", "token", "passw", "passphrase", "passcode", "_pass", "-pass",
        "pass\"", "pass'", "credential", "pwd"];

    /// <summary>Options whose value holds a password. The short option is searched for together with the character before it.</summary>
    public static readonly string[] Users = [" -u", "\t-u", "\"-u", "'-u", "--user", "--proxy-user"];

    // "access_key_id" is a name, too.
    private static readonly string[] Ends = ["authorization", "cookie", "key", "keys", "secret", "secrets", "token", "passwd", "password", "passphrase",
        "pass", "passcode", "credential", "credentials", "pwd", "id", "base", "value", "string"];

    private static readonly SearchValues<string> AnyWord = SearchValues.Create(Words, StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> AnyUser = SearchValues.Create(Users, StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<char> InName = SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    public static bool MayHaveValue(ReadOnlySpan<char> line)
    {
        if (line.ContainsAny(AnyUser))
            return true;
        for (var rest = line; rest.IndexOfAny(AnyWord) is >= 0 and var word;)
        {
            rest = rest[word..];
            var end = rest.IndexOfAnyExcept(InName);
            if (end < 0)
                return false;
            if (EndsWithName(rest[..end].TrimEnd("0123456789").TrimEnd("_-")) && (IsGiven(rest[end..])
                || (MayStandApart(rest[end..]) && (line.Contains("--", StringComparison.Ordinal) || EndsWithPassword(rest[..end])))))
                return true;
            rest = rest[end..];
        }

        return false;
    }

    private static bool EndsWithName(ReadOnlySpan<char> name)
    {
        foreach (var word in Ends)
        {
            if (name.EndsWith(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    // First comes a quote, plain, escaped or encoded. Then comes the sign of a value, a colour of a terminal, or the end of an element's tag. A value
    // may also be the next text of a list, or stand in an attribute of its own.
    private static bool IsGiven(ReadOnlySpan<char> behind)
    {
        if (behind[0] is '%' or '>' or '&' or '\x1b')
            return true;
        var next = behind.TrimStart("\\\"'").TrimStart();
        return next is [':' or '=' or '%' or '&' or '\x1b' or '\uff1a' or '\u00ef', ..]
            || (behind[0] is '\\' && next is ['u', '0', '0', ..] or ['x', '1', 'b', ..] or ['0', '3', '3', ..] or ['e', '[', ..])
            || (behind[0] is '\\' or '"' or '\'' && (next is [',', ..] || next.StartsWith("value", StringComparison.OrdinalIgnoreCase)));
    }

    // An option and its value in a command line or a list of words; a line of a .netrc; a tag with attributes.
    private static bool MayStandApart(ReadOnlySpan<char> behind) => char.IsWhiteSpace(behind[0]) || behind[0] is '\0' or '"' or '\'' or '\\';

    private static bool EndsWithPassword(ReadOnlySpan<char> name) => name.EndsWith("password", StringComparison.OrdinalIgnoreCase);
}
