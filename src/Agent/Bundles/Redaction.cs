using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Agent.Bundles;

/// <summary>
/// Takes secrets out of what goes into a bundle: every secret of the configuration, and what looks like one. Line by line,
/// so that memory stays small. A byte is a character here: what is not redacted stays the same to the byte, whatever its
/// encoding, and a stray NUL in a log does not let the rest of it pass. What lies compressed inside a file is not seen.
/// </summary>
internal sealed class Redaction
{
    /// <summary>What has to be read before the end of a file: a key of 16384 bits is shorter.</summary>
    public const int Context = 16 * 1024;

    private const string Mark = "[redacted]";

    // Longer than any secret: a line that is too long to be looked at whole is cut, and never through a secret.
    private const int Overlap = 8 * 1024;

    // A key of 16384 bits is about 200 lines. Without a limit, one line that names a key would take the rest of the log along.
    private const int KeyLines = 256;

    private const string KeyBegin = "-----BEGIN ";

    private readonly string[] _secrets;

    // What makes a line worth a look for its own sake, and that with all words of the patterns.
    private readonly SearchValues<string> _marks;
    private readonly SearchValues<string> _words;

    public Redaction(IEnumerable<string> secrets)
    {
        // Longest first: a secret that holds another must go as a whole.
        _secrets = [.. secrets.SelectMany(s => s.Split('\n', StringSplitOptions.TrimEntries)).Where(s => s.Length >= 4).Select(AsBytes).Distinct(StringComparer.Ordinal).OrderByDescending(s => s.Length)];
        _marks = SearchValues.Create([KeyBegin, .. _secrets], StringComparison.Ordinal);
        _words = SearchValues.Create([KeyBegin, .. _secrets, .. SecretPatterns.Words], StringComparison.OrdinalIgnoreCase);
    }

    /// <param name="source">What to clean.</param>
    /// <param name="target">Where the clean text goes.</param>
    /// <param name="limit">What may be written.</param>
    /// <param name="skip">So much is read only to know what it leads to, a key that began there above all.</param>
    /// <param name="cancellation">Ends it between two blocks.</param>
    /// <returns>False when the text was cut at the limit.</returns>
    public bool Copy(Stream source, Stream target, long limit, long skip = 0, CancellationToken cancellation = default) =>
        new RedactedCopy(this, target, limit, skip, cancellation).Run(source);

    public string Clean(string text)
    {
        var keyLines = 0;
        return Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(string.Join('\n', AsBytes(text).Split('\n').Select(line => CleanLine(line, ref keyLines)))));
    }

    private static string AsBytes(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    /// <returns>How much of the text, in whole lines, holds nothing that may have to go.</returns>
    public int CleanLines(ReadOnlySpan<char> text)
    {
        for (var from = 0; ;)
        {
            var word = text[from..].IndexOfAny(_words);
            if (word < 0)
                return text.LastIndexOf('\n') + 1;
            var begin = from + text[from..(from + word)].LastIndexOf('\n') + 1;
            var length = text[begin..].IndexOf('\n') + 1;
            // The words are many and short: most lines that hold one are innocent all the same.
            if (length == 0 || MayHold(text.Slice(begin, length)))
                return begin;
            from = begin + length;
        }
    }

    private bool MayHold(ReadOnlySpan<char> line) => line.ContainsAny(_marks) || SecretPatterns.MayHold(line);

    /// <param name="line">With its end.</param>
    /// <param name="keyLines">How many more lines may belong to a key that has begun.</param>
    public string CleanLine(string line, ref int keyLines)
    {
        var begins = line.Contains(KeyBegin, StringComparison.Ordinal) && line.Contains("PRIVATE KEY", StringComparison.Ordinal);
        if (begins || keyLines > 0)
        {
            keyLines = line.Contains("-----END ", StringComparison.Ordinal) ? 0 : begins ? KeyLines : keyLines - 1;
            return begins ? Mark + (line.EndsWith('\n') ? "\n" : "") : "";
        }

        foreach (var secret in _secrets)
            line = line.Replace(secret, Mark, StringComparison.Ordinal);
        try
        {
            foreach (var pattern in SecretPatterns.For(line))
                line = pattern.Replace(line, "$1" + Mark + "$2");
            return line;
        }
        catch (RegexMatchTimeoutException)
        {
            return "[redacted: this line could not be searched for secrets]" + (line.EndsWith('\n') ? "\n" : "");
        }
    }

    /// <summary>Where the front of a long line can be split off without tearing a secret.</summary>
    public int SafeCut(string text)
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

                foreach (var pattern in SecretPatterns.For(text))
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
}
