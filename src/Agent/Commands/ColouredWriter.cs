using System.Text;
using Agent.ForeignText;

namespace Agent.Commands;

/// <summary>
/// Stands before standard output and standard error: whatever a command prints, a terminal gets lines of visible characters,
/// and no sequence but the agent's own colours. Those are marked by numbers that are never a character, which no foreign text
/// holds behind the gate.
/// </summary>
internal sealed class ColouredWriter(TextWriter target, bool colours) : TextWriter
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
        if (value is null)
            return;
        for (var from = 0; from < value.Length;)
        {
            var mark = value.AsSpan(from).IndexOfAnyInRange(Red, End);
            var end = mark < 0 ? value.Length : from + mark;
            target.Write(Printable.Lines(value[from..end]));
            if (mark >= 0 && colours)
                target.Write(Sequence(value[end]));
            from = end + 1;
        }
    }

    public override void WriteLine() => Write(CoreNewLine);

    public override void WriteLine(string? value) => Write(value + NewLine);

    public override void Flush() => target.Flush();

    private static string Sequence(char mark) => mark switch
    {
        Red => "\e[31m",
        Green => "\e[32m",
        Yellow => "\e[33m",
        Bold => "\e[1m",
        _ => "\e[0m",
    };
}
