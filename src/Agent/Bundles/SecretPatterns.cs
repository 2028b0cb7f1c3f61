using System.Buffers;
using System.Text.RegularExpressions;

namespace Agent.Bundles;

/// <summary>
/// What looks like a secret. Group 1 of a pattern is what stays before it, group 2 what stays behind it. No quantifier is
/// open at its front, and those in front of a fixed text have a limit: a log line is written by whoever sends prompts, and
/// must not make a search take for ever.
/// </summary>
internal static partial class SecretPatterns
{
    // Beside each pattern the words one of which every match of it holds: to search for words is fast, and nearly all lines
    // of a log have none. Case counts where it counts in the pattern, or every "sec" would be the beginning of a secret.
    private static readonly (Regex Pattern, string[] Words, StringComparison Case)[] Known =
    [
        (Named(), [.. SecretNames.Words, "-u ", "--user"], StringComparison.OrdinalIgnoreCase),
        (KeyPair(), ["ak=", "ak:", "ak\"", "ak'", "ak ", "sk=", "sk:", "sk\"", "sk'", "sk "], StringComparison.OrdinalIgnoreCase),
        (Tokens(), ["hf_", "sk-", "SEC", "eyJ", "LTAI", "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "xox"], StringComparison.Ordinal),
        (Webhooks(), ["robot/send", "webhook/send", "/hook/", "hooks.slack.com", "/bot"], StringComparison.Ordinal),
        (UserInfo(), ["://"], StringComparison.Ordinal),
    ];

    private static readonly (Regex Pattern, SearchValues<string> Words)[] Others = [.. Known.Skip(1).Select(k => (k.Pattern, SearchValues.Create(k.Words, k.Case)))];

    /// <summary>Without one of these, in whatever case, a text holds no secret that could be known by its looks.</summary>
    public static IEnumerable<string> Words => Known.SelectMany(k => k.Words);

    public static bool MayHold(ReadOnlySpan<char> line)
    {
        foreach (var (_, words) in Others)
        {
            if (line.ContainsAny(words))
                return true;
        }

        return SecretNames.MayHaveValue(line);
    }

    /// <summary>The patterns that may match in this text.</summary>
    public static IEnumerable<Regex> For(string text)
    {
        if (SecretNames.MayHaveValue(text))
            yield return Named();
        foreach (var (pattern, words) in Others)
        {
            if (text.AsSpan().ContainsAny(words))
                yield return pattern;
        }
    }

    // The option form has a space in between: process lists show command lines.
    [GeneratedRegex(
        @"((?:authorization|x-api-key|cookie)[""']?\s{0,9}[:=]\s{0,9}[""']?(?:bearer\s{1,9}|basic\s{1,9})?" +
        @"|(?:api[_-]?key|access[_-]?key(?:[_-]?(?:id|secret))?|private[_-]?key|secret(?:[_-]?(?:access[_-]?)?key)?(?:[_-]?id)?|token|passwd|password|credential)[""']?\s{0,9}[:=]\s{0,9}[""']?" +
        @"|--[\w-]{0,40}(?:key|secret|token|passwd|password)\s{1,9}" +
        @"|(?<=\s)(?:-u|--user)\s{1,9}[^\s:@/]{1,100}:)(?!\[redacted\])[^\s""',;&}]{4,}()",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        500)]
    private static partial Regex Named();

    // Huawei Cloud calls its pair ak and sk: words too short to be taken for a secret without a value that looks like one.
    [GeneratedRegex(@"(\b[as]k[""']?\s{0,9}[:=]\s{0,9}[""']?)[A-Za-z0-9]{16,}()", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 500)]
    private static partial Regex KeyPair();

    [GeneratedRegex(
        @"()\b(?:hf_[A-Za-z0-9]{20,}|sk-[A-Za-z0-9_-]{16,}|SEC[0-9a-f]{64}|eyJ[A-Za-z0-9_-]{10,1000}\.[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{5,}" +
        @"|LTAI[A-Za-z0-9]{12,}|A[KS]IA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,}|xox[abprs]-[A-Za-z0-9-]{10,})()",
        RegexOptions.CultureInvariant,
        500)]
    private static partial Regex Tokens();

    [GeneratedRegex(@"((?:oapi\.dingtalk\.com/robot/send\?access_token=|qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=|open\.(?:feishu\.cn|larksuite\.com)/open-apis/bot/v2/hook/|hooks\.slack\.com/services/|api\.telegram\.org/bot))[^\s""']+()", RegexOptions.CultureInvariant, 500)]
    private static partial Regex Webhooks();

    [GeneratedRegex(@"(\b[a-z][a-z0-9+.-]{0,20}://)[^\s/@:]{0,500}:[^\s/@]{1,500}(@)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 500)]
    private static partial Regex UserInfo();
}
