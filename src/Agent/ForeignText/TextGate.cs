using System.Collections.Frozen;

namespace Agent.ForeignText;

/// <summary>
/// The text of others passes here before it is kept, shown or sent: log lines of engines, answers of servers, output of programs, reasons that people
/// type. Secrets are removed, invisible characters become visible, and the rest is cut to a bound. To pass twice changes nothing.
/// </summary>
/// <param name="secrets">The secrets of the configuration; null: nothing is redacted.</param>
/// <param name="ownWords">Codes and names by which the agent finds things again. They stay, even when a key happens to be the same word.</param>
internal sealed class TextGate(KnownSecrets? secrets, IEnumerable<string> ownWords)
{
    /// <summary>The bound of one text. A line of a traceback is shorter; a summary joins a few lines.</summary>
    public const int Bound = 8 * 1024;

    /// <summary>The bound of one line of a log.</summary>
    public const int LineBound = 2 * 1024;

    /// <summary>For use without a configuration: it removes text that looks like a secret.</summary>
    public static readonly TextGate OfPatterns = new(KnownSecrets.None, []);

    /// <summary>For text that passed another gate before, and for the reader's own text.</summary>
    public static readonly TextGate OnlyPrintable = new(null, []);

    private const string Cut = " [cut]";

    private readonly FrozenSet<string> _ownWords = ownWords.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The redaction of files with the same secrets. Secrets that were known before are known here.</summary>
    public Redaction Redaction => (secrets ?? KnownSecrets.None).Redaction;

    public string Clean(string text, int bound = Bound)
    {
        if (_ownWords.Contains(text))
            return text;
        var length = text.Length;
        var searched = text;
        if (secrets is not null)
        {
            var redaction = Redaction;
            text = redaction.Clean(searched = redaction.Front(text));
        }

        text = Printable.Of(text);
        return searched.Length < length || text.Length > bound ? Short(text, bound) : text;
    }

    private static string Short(string text, int bound)
    {
        if (text.EndsWith(Cut, StringComparison.Ordinal) && text.Length <= bound)
            return text;
        var end = Math.Min(text.Length, bound - Cut.Length);
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + Cut;
    }
}
