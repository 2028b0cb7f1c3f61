using System.Buffers;

namespace Agent.ForeignText;

/// <summary>
/// Whether a line may give a value to a name that sounds secret. The words alone are in every other line of an engine's log ("tokens/s",
/// "max_tokens=64"). The sign of a secret is a name that ends with such a word, followed by the sign of a value. The answer must be yes for every
/// line that a pattern for names could match.
/// </summary>
internal static class SecretNames
{
    public static readonly string[] Words = ["authorization", "cookie", "key", "secret", "token", "passw", "passphrase", "_pass", "credential", "pwd"];

    /// <summary>Options whose value holds a password. The short option is searched for together with the character that ends it.</summary>
    public static readonly string[] Users = ["-u ", "-u\t", "-u\v", "-u\f", "-u\r", "--user"];

    // "access_key_id" is a name, too.
    private static readonly string[] Ends = ["authorization", "cookie", "key", "keys", "secret", "secrets", "token", "passwd", "password", "passphrase",
        "pass", "credential", "credentials", "pwd", "id"];

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
            if (EndsWithName(rest[..end]) && (IsGiven(rest[end..])
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

    // First comes a quote, plain, escaped or encoded. Then comes the sign of a value, or the end of an element's tag.
    private static bool IsGiven(ReadOnlySpan<char> behind) => behind[0] is '%' or '>' || behind.TrimStart("\\\"'").TrimStart() is [':' or '=' or '%', ..];

    // An option and its value in a command line or a list of words; a line of a .netrc; a tag with attributes.
    private static bool MayStandApart(ReadOnlySpan<char> behind) => char.IsWhiteSpace(behind[0]) || behind[0] is '"' or '\'' or '\\';

    private static bool EndsWithPassword(ReadOnlySpan<char> name) => name.EndsWith("password", StringComparison.OrdinalIgnoreCase);
}
