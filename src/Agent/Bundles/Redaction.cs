using System.Text;
using System.Text.RegularExpressions;

namespace Agent.Bundles;

/// <summary>
/// Takes secrets out of what goes into a bundle: every secret of the configuration, and what looks like one
/// (facts/operations.md 9.2). Line by line, so that memory stays small. A byte is a character here: what is not redacted
/// stays the same to the byte, whatever its encoding, and a stray NUL in a log does not let the rest of it pass. What lies
/// compressed inside a file is not seen.
/// </summary>
internal sealed partial class Redaction
{
    private const string Mark = "[redacted]";
    private const int LineBytes = 64 * 1024;

    // Longer than any secret: a line that is too long to be looked at whole is cut, and never through a secret.
    private const int Overlap = 8 * 1024;

    // A key of 16384 bits is about 200 lines. Without a limit, one line that names a key would take the rest of the log along.
    private const int KeyLines = 256;

    private readonly string[] _secrets;

    public Redaction(IEnumerable<string> secrets) =>
        // Longest first: a secret that holds another must go as a whole.
        _secrets = [.. secrets.SelectMany(s => s.Split('\n', StringSplitOptions.TrimEntries)).Where(s => s.Length >= 4).Select(AsBytes).Distinct(StringComparer.Ordinal).OrderByDescending(s => s.Length)];

    /// <returns>False when the text was cut at the limit.</returns>
    public bool Copy(Stream source, Stream target, long limit)
    {
        using var reader = new StreamReader(source, Encoding.Latin1, detectEncodingFromByteOrderMarks: false, LineBytes, leaveOpen: true);
        using var writer = new StreamWriter(target, Encoding.Latin1, LineBytes, leaveOpen: true);
        var line = new StringBuilder();
        var keyLines = 0;
        long written = 0;
        for (var next = reader.Read(); ; next = reader.Read())
        {
            if (next >= 0)
                line.Append((char)next);
            if (next is not ('\n' or -1) && line.Length < LineBytes)
                continue;

            var text = line.ToString();
            var end = next is '\n' or -1 ? text.Length : SafeCut(text);
            var clean = Clean(text[..end], ref keyLines);
            written += clean.Length;
            if (written > limit)
                return false;
            writer.Write(clean);
            line.Clear().Append(text, end, text.Length - end);
            if (next < 0)
                return true;
        }
    }

    public string Clean(string text)
    {
        var keyLines = 0;
        return Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(string.Join('\n', AsBytes(text).Split('\n').Select(line => Clean(line, ref keyLines)))));
    }

    private static string AsBytes(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private string Clean(string line, ref int keyLines)
    {
        var begins = line.Contains("-----BEGIN ", StringComparison.Ordinal) && line.Contains("PRIVATE KEY", StringComparison.Ordinal);
        if (begins || keyLines > 0)
        {
            keyLines = line.Contains("-----END ", StringComparison.Ordinal) ? 0 : begins ? KeyLines : keyLines - 1;
            return begins ? Mark + (line.EndsWith('\n') ? "\n" : "") : "";
        }

        foreach (var secret in _secrets)
            line = line.Replace(secret, Mark, StringComparison.Ordinal);
        try
        {
            line = Named().Replace(line, "$1" + Mark);
            line = Tokens().Replace(line, Mark);
            line = Webhooks().Replace(line, "$1" + Mark);
            return UserInfo().Replace(line, "$1" + Mark + "@");
        }
        catch (RegexMatchTimeoutException)
        {
            return "[redacted: this line could not be searched for secrets]" + (line.EndsWith('\n') ? "\n" : "");
        }
    }

    /// <summary>Where the front of a long line can be split off without tearing a secret.</summary>
    private int SafeCut(string text)
    {
        var cut = text.Length - Overlap;
        try
        {
            for (var before = -1; before != cut;)
            {
                before = cut;
                foreach (var secret in _secrets)
                {
                    var from = Math.Max(0, cut - secret.Length + 1);
                    var at = text.IndexOf(secret, from, Math.Min(text.Length, cut + secret.Length - 1) - from, StringComparison.Ordinal);
                    cut = at >= 0 && at < cut ? at : cut;
                }

                foreach (var pattern in (Regex[])[Named(), Tokens(), Webhooks(), UserInfo()])
                {
                    for (var match = pattern.Match(text); match.Success && match.Index < cut; match = match.NextMatch())
                        cut = match.Index + match.Length > cut ? match.Index : cut;
                }
            }
        }
        catch (RegexMatchTimeoutException)
        {
            return text.Length;
        }

        // A line that is one secret from its beginning goes as one.
        return cut > 0 ? cut : text.Length;
    }

    // No quantifier is open at its front, and those in front of a fixed text have a limit: a log line is written by whoever
    // sends prompts, and must not make a search take for ever.
    // The option form has a space in between: process lists show command lines.
    [GeneratedRegex(@"((?:authorization|x-api-key)[""']?\s{0,9}[:=]\s{0,9}[""']?(?:bearer\s{1,9}|basic\s{1,9})?|(?:api[_-]?key|access[_-]?key|secret|token|passwd|password)[""']?\s{0,9}[:=]\s{0,9}[""']?|--[\w-]{0,40}(?:key|secret|token|passwd|password)\s{1,9})(?!\[redacted\])[^\s""',;&}]{4,}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 500)]
    private static partial Regex Named();

    [GeneratedRegex(@"\b(?:hf_[A-Za-z0-9]{20,}|sk-[A-Za-z0-9_-]{16,}|SEC[0-9a-f]{64}|eyJ[A-Za-z0-9_-]{10,1000}\.[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{5,})", RegexOptions.CultureInvariant, 500)]
    private static partial Regex Tokens();

    [GeneratedRegex(@"((?:oapi\.dingtalk\.com/robot/send\?access_token=|qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=|open\.(?:feishu\.cn|larksuite\.com)/open-apis/bot/v2/hook/|hooks\.slack\.com/services/))[^\s""']+", RegexOptions.CultureInvariant, 500)]
    private static partial Regex Webhooks();

    [GeneratedRegex(@"(\b[a-z][a-z0-9+.-]{0,20}://)[^\s/@:]{0,500}:[^\s/@]{1,500}@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 500)]
    private static partial Regex UserInfo();
}
