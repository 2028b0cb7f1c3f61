using System.Globalization;
using System.Text;

namespace Agent.ForeignText;

/// <summary>
/// Text that shows its content and does nothing else. A terminal obeys control characters. Characters that turn the direction of writing, or that are
/// not seen, mislead a reader. Each of them becomes its number, such as <c>\u001b</c>. Everything that people write stays, in any language.
/// </summary>
internal static class Printable
{
    /// <summary>Makes one line of any text: line ends become visible, a tab becomes a space.</summary>
    public static string Of(string text) => Written(text, keepsLines: false);

    /// <summary>The same, but the lines of the text stay as they are. It is for text that the agent itself put into lines.</summary>
    public static string Lines(string text) => Written(text, keepsLines: true);

    private static string Written(string text, bool keepsLines)
    {
        var first = FirstHidden(text, keepsLines);
        if (first < 0)
            return text;
        var written = new StringBuilder(text, 0, first, text.Length + 64);
        for (var i = first; i < text.Length;)
        {
            var whole = Rune.TryGetRuneAt(text, i, out var rune);
            if (keepsLines && IsLineEnd(text, i))
                written.Append(text[i]);
            else if (!whole || IsHidden(rune))
                Write(written, whole ? rune.Value : text[i]);
            else
                written.Append(text, i, rune.Utf16SequenceLength);
            i += whole ? rune.Utf16SequenceLength : 1;
        }

        return written.ToString();
    }

    private static int FirstHidden(string text, bool keepsLines)
    {
        for (var i = 0; i < text.Length; i++)
        {
            // Nearly all text takes this path.
            if (text[i] is >= ' ' and <= '~' || (keepsLines && IsLineEnd(text, i)))
                continue;
            if (!Rune.TryGetRuneAt(text, i, out var rune) || IsHidden(rune))
                return i;
            i += rune.Utf16SequenceLength - 1;
        }

        return -1;
    }

    private static bool IsLineEnd(string text, int at) => text[at] == '\n' || (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n');

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse => true,
        // These are never characters. The marks of the agent's own colours are among them: see ColouredWriter.
        UnicodeCategory.OtherNotAssigned => rune.Value is >= 0xFDD0 and <= 0xFDEF or >= 0xE0000 and <= 0xE0FFF || (rune.Value & 0xFFFE) == 0xFFFE,
        // These are letters and marks without a shape. The selector that makes a sign an emoji (U+FE0F) stays.
        _ => rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or >= 0x180B and <= 0x180F or 0x3164 or 0xFFA0 or >= 0xFE00 and <= 0xFE0D
            or >= 0xE0100 and <= 0xE01EF,
    };

    private static void Write(StringBuilder text, int value) => _ = value switch
    {
        '\t' => text.Append(' '),
        '\n' => text.Append(@"\n"),
        '\r' => text.Append(@"\r"),
        > 0xFFFF => text.Append(CultureInfo.InvariantCulture, $@"\U{value:x8}"),
        _ => text.Append(CultureInfo.InvariantCulture, $@"\u{value:x4}"),
    };
}
