using System.Text;
using Agent.Domain.Observations;

namespace Agent.Commands;

/// <summary>Text for people: aligned columns, colour on a terminal only and never with NO_COLOR.</summary>
internal static class Terminal
{
    private static readonly bool Colours = !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    public static string Red(string text) => Paint(text, 31);

    public static string Green(string text) => Paint(text, 32);

    public static string Yellow(string text) => Paint(text, 33);

    public static string Bold(string text) => Paint(text, 1);

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

    /// <summary>Chinese characters take two columns.</summary>
    private static int Width(string text) => text.Sum(c => c >= 0x2E80 ? 2 : 1);

    private static string Paint(string text, int code) => Colours ? $"\e[{code}m{text}\e[0m" : text;
}
