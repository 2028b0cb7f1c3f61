using System.Text;
using Agent.ForeignText;

namespace Agent.Screens;

/// <summary>
/// Stands before standard output and standard error. A terminal gets only lines of visible characters, no matter what a command prints, and no
/// sequence but the agent's own colours. These colours are marked by numbers that are never a character. Foreign text holds no such number after it
/// passed the gate.
/// </summary>
/// <param name="target">Takes the text.</param>
/// <param name="colours">Whether the target gets colours too.</param>
/// <param name="foldAt">The width in columns at which whole lines break; null: they stay as they are.</param>
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

    /// <summary>A cell of a table as it will be written: one line, with its marks of colours. Its width can be told from it.</summary>
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
