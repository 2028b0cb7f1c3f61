using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Agent.ForeignText;

/// <summary>
/// Takes secrets out of a text or of a file: every secret of the configuration, and every text that looks like a secret. Files go line by line, so
/// that memory stays small. A byte of a file is a character here. So the rest stays the same to the byte, in any encoding, and a stray NUL in a log
/// does not let the text behind it pass. Compressed content of a file is not seen.
/// </summary>
internal sealed partial class Redaction
{
    /// <summary>The bytes to read before the end of a file, so that a key that begins there is seen. A key of 16384 bits is shorter.</summary>
    public const int Context = 16 * 1024;

    /// <summary>A longer line is looked at in parts.</summary>
    public const int LineChars = 64 * 1024;

    private const string Mark = "[redacted]";

    // This is longer than any secret. A line that is too long to be looked at whole is cut, but never through a secret.
    private const int Overlap = 8 * 1024;

    private readonly string[] _inText;
    private readonly string[] _inBytes;

    // The words that make a line worth a look: the first kind by itself, the second kind when a value follows.
    private readonly SearchValues<string> _exactWords;
    private readonly SearchValues<string> _wordsInAnyCase;

    public Redaction(IEnumerable<string> secrets)
    {
        // The longest come first: a secret that holds another one must go as a whole.
        _inText = [.. secrets.SelectMany(s => s.Split('\n', StringSplitOptions.TrimEntries)).Where(s => s.Length >= 4).SelectMany(Forms)
            .Distinct(StringComparer.Ordinal).OrderByDescending(s => s.Length)];
        _inBytes = [.. _inText.Select(AsBytes).OrderByDescending(s => s.Length)];
        _exactWords = SearchValues.Create([.. OpenSecret.KeyBegins, .. _inText, .. _inBytes, .. SecretPatterns.ExactWords], StringComparison.Ordinal);
        _wordsInAnyCase = SearchValues.Create([.. SecretPatterns.WordsInAnyCase], StringComparison.OrdinalIgnoreCase);
    }

    /// <param name="source">The text to clean.</param>
    /// <param name="target">Takes the clean text.</param>
    /// <param name="limit">The most that may be written.</param>
    /// <param name="skip">This much is read only for its context, above all for a key that begins there. It is not written.</param>
    /// <param name="cancellation">Ends the copy between two blocks.</param>
    /// <returns>False when the text was cut at the limit.</returns>
    public bool Copy(Stream source, Stream target, long limit, long skip = 0, CancellationToken cancellation = default) =>
        new RedactedCopy(this, target, limit, skip, cancellation).Run(source);

    public string Clean(string text)
    {
        if (!text.AsSpan().ContainsAny(_exactWords) && !text.AsSpan().ContainsAny(_wordsInAnyCase))
            return text;
        var open = new OpenSecret();
        return string.Join('\n', text.Split('\n').Select(line => CleanLine(line, _inText, ref open)));
    }

    /// <returns>The length of the front of the text, in whole lines, that is certain to hold no secret.</returns>
    public int CleanLines(ReadOnlySpan<char> text)
    {
        var (exact, inAnyCase) = (-1, -1);
        for (var from = 0; ;)
        {
            exact = Next(text, from, exact, _exactWords);
            inAnyCase = Next(text, from, inAnyCase, _wordsInAnyCase);
            var word = Math.Min(exact, inAnyCase);
            if (word == text.Length)
                return text.LastIndexOf('\n') + 1;
            var begin = from + text[from..word].LastIndexOf('\n') + 1;
            var length = text[begin..].IndexOf('\n') + 1;
            // The words are many and short, so most lines that hold one are innocent.
            if (length == 0 || exact < begin + length || SecretPatterns.MayHold(text.Slice(begin, length)))
                return begin;
            from = begin + length;
        }
    }

    /// <param name="line">A line of a file, with its end.</param>
    /// <param name="open">A secret that may go on from the lines before.</param>
    public string CleanLine(string line, ref OpenSecret open) => CleanLine(line, _inBytes, ref open);

    /// <summary>The place at which the front of a long line of a file can be split off without tearing a secret.</summary>
    public int SafeCut(string line) => SafeCut(line, _inBytes);

    /// <summary>The front of a text that is too long to be searched as a whole. No secret begins at its end.</summary>
    public string Front(string text) => text.Length > LineChars ? text[..SafeCut(text[..LineChars], _inText)] : text;

    /// <summary>
    /// The next word from a place on; the end of the text when there is none. It is searched for only when the word that was found lies before that
    /// place.
    /// </summary>
    private static int Next(ReadOnlySpan<char> text, int from, int found, SearchValues<string> words)
    {
        if (found >= from)
            return found;
        var next = text[from..].IndexOfAny(words);
        return next < 0 ? text.Length : from + next;
    }

    // The secret as it is, in JSON, and in an address: some programs write the codes in small letters, and some leave the slash as it is.
    private static IEnumerable<string> Forms(string secret)
    {
        var inAddress = Uri.EscapeDataString(secret);
        return [secret, JsonEncodedText.Encode(secret).Value, inAddress, EscapeCode().Replace(inAddress, c => c.Value.ToLowerInvariant()),
            inAddress.Replace("%2F", "/", StringComparison.Ordinal), secret.Replace("/", @"\/", StringComparison.Ordinal)];
    }

    private static string AsBytes(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private static string CleanLine(string line, string[] secrets, ref OpenSecret open)
    {
        if (open.Takes(line) is { } begins)
            return begins ? Mark + EndOf(line) : "";
        foreach (var secret in secrets)
            line = line.Replace(secret, Mark, StringComparison.Ordinal);
        try
        {
            foreach (var pattern in SecretPatterns.For(line))
                line = pattern.Replace(line, "$1" + Mark + "$2");
            return line;
        }
        catch (RegexMatchTimeoutException)
        {
            return "[redacted: this line could not be searched for secrets]" + EndOf(line);
        }
    }

    private static string EndOf(string line) => line.EndsWith('\n') ? "\n" : "";

    private static int SafeCut(string text, string[] secrets)
    {
        var cut = text.Length - Overlap;
        try
        {
            for (var before = -1; before != cut;)
            {
                before = cut;
                foreach (var secret in secrets)
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

        // A line that is one secret from its beginning goes as one piece.
        return cut > 0 ? cut : text.Length;
    }

    [GeneratedRegex("%[0-9A-F]{2}", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex EscapeCode();
}
