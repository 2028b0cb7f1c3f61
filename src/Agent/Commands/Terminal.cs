using System.Text;
using Agent.Adapters.Processes;
using Agent.Domain.Observations;

namespace Agent.Commands;

/// <summary>Text for people: aligned columns, colour on a terminal only and never with NO_COLOR.</summary>
internal static class Terminal
{
    /// <summary>From here on nothing reaches the terminal but visible characters and the colours of this class.</summary>
    public static void TakeOver()
    {
        var colours = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";
        Console.SetOut(TextWriter.Synchronized(new ColouredWriter(StandardStreams.OutputIsClosed ? TextWriter.Null : Console.Out, colours && !Console.IsOutputRedirected)));
        Console.SetError(TextWriter.Synchronized(new ColouredWriter(StandardStreams.ErrorIsClosed ? TextWriter.Null : Console.Error, colours && !Console.IsErrorRedirected)));
    }

    public static string Red(string text) => ColouredWriter.Red + text + ColouredWriter.End;

    public static string Green(string text) => ColouredWriter.Green + text + ColouredWriter.End;

    public static string Yellow(string text) => ColouredWriter.Yellow + text + ColouredWriter.End;

    public static string Bold(string text) => ColouredWriter.Bold + text + ColouredWriter.End;

    public static string Mark(Verdict verdict) => verdict switch
    {
        Verdict.Healthy => Green("ok  "),
        Verdict.Faulty => Red("FAIL"),
        _ => Yellow("?   "),
    };

    /// <summary>Columns as wide as their widest cell; the last one is not padded.</summary>
    public static string Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        List<IReadOnlyList<string>> all = [header, .. rows];
        var widths = Enumerable.Range(0, header.Count).Select(i => all.Max(r => Width(r[i]))).ToArray();
        var text = new StringBuilder();
        foreach (var row in all)
        {
            for (var i = 0; i < row.Count; i++)
                text.Append(row[i]).Append(' ', i == row.Count - 1 ? 0 : widths[i] - Width(row[i]) + 2);
            text.AppendLine();
        }

        return text.ToString();
    }

    /// <summary>Chinese characters take two columns, the marks of colours none.</summary>
    private static int Width(string text) => text.Sum(c => c is >= ColouredWriter.Red and <= ColouredWriter.End ? 0 : c >= 0x2E80 ? 2 : 1);
}
