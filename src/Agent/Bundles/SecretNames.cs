using System.Buffers;

namespace Agent.Bundles;

/// <summary>
/// Whether a line may give a value to a name that sounds secret. The words alone are in every other line of an engine's log
/// ("tokens/s", "max_tokens=64"); what tells is that a name ends with one and a sign of a value follows. It must say yes
/// wherever the pattern for names could match.
/// </summary>
internal static class SecretNames
{
    public static readonly string[] Words = ["authorization", "cookie", "key", "secret", "token", "passwd", "password", "credential"];

    // "access_key_id" is a name, too.
    private static readonly string[] Ends = [.. Words, "id"];

    private static readonly SearchValues<string> AnyWord = SearchValues.Create(Words, StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> Users = SearchValues.Create(["-u ", "--user"], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<char> InName = SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    public static bool MayHaveValue(ReadOnlySpan<char> line)
    {
        if (line.ContainsAny(Users))
            return true;
        for (var rest = line; rest.IndexOfAny(AnyWord) is >= 0 and var word;)
        {
            rest = rest[word..];
            var end = rest.IndexOfAnyExcept(InName);
            if (end < 0)
                return false;
            if (EndsWithName(rest[..end]) && (IsGiven(rest[end..]) || (char.IsWhiteSpace(rest[end]) && line.Contains("--", StringComparison.Ordinal))))
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

    private static bool IsGiven(ReadOnlySpan<char> behind)
    {
        if (behind[0] is '"' or '\'')
            behind = behind[1..];
        return behind.TrimStart() is [':' or '=', ..];
    }
}
