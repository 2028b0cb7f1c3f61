using System.Text;
using Agent.ForeignText;

namespace Agent.Screens;

/// <summary>
/// Stands before standard output and standard error: whatever a command prints, a terminal gets lines of visible characters,
/// and no sequence but the agent's own colours. Those are marked by numbers that are never a character, which no foreign text
/// holds behind the gate.
/// </summary>
/// <param name="target">Where it goes.</param>
/// <param name="colours">Whether colours go there too.</param>
/// <param name="foldAt">Columns at which lines break that are written as a whole; null: they stay as they are.</param>
internal sealed class ColouredWriter(TextWriter target, bool colours, int? foldAt = null) : TextWriter
{
    public const char Red = '\uFDD0';
    public const char Green = '\uFDD1';
    public const char Yellow = '\uFDD2';
    public const char Bold = '\uFDD3';
    public const char End = '\uFDD4';

    public override Encoding Encoding => target.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void Write(string? value)
    {
        if (value is not null)
            target.Write(Between(value, Printable.Lines, mark => colours ? Sequence(mark) : ""));
    }

    public override void WriteLine() => Write(CoreNewLine);

    public override void WriteLine(string? value) => Write(Folding.Lines(value ?? "", foldAt) + NewLine);

    public override void Flush() => target.Flush();

    /// <summary>A cell of a table as it will be written, so that its width can be told: one line, with its marks of colours.</summary>
    public static string OneLine(string text) => Between(text, Printable.Of, mark => mark.ToString());

    private static string Between(string text, Func<string, string> written, Func<char, string> marked)
    {
        var mark = text.AsSpan().IndexOfAnyInRange(Red, End);
        if (mark < 0)
            return written(text);
        var result = new StringBuilder(text.Length + 16);
        for (var from = 0; ; mark = text.AsSpan(from).IndexOfAnyInRange(Red, End))
        {
            if (mark < 0)
                return result.Append(written(text[from..])).ToString();
            result.Append(written(text[from..(from + mark)])).Append(marked(text[from + mark]));
            from += mark + 1;
        }
    }

    private static string Sequence(char mark) => mark switch
    {
        Red => "\e[31m",
        Green => "\e[32m",
        Yellow => "\e[33m",
        Bold => "\e[1m",
        _ => "\e[0m",
    };
}
