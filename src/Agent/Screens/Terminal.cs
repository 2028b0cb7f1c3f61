using System.Globalization;
using Agent.Adapters.Processes;
using Agent.Domain.Observations;

namespace Agent.Screens;

/// <summary>The abilities of the terminal: its width, and colour. Only a terminal gets colour, and never with NO_COLOR.</summary>
internal static class Terminal
{
    /// <summary>Nobody can read text below this width. A narrower terminal breaks the lines itself.</summary>
    private const int Narrowest = 20;

    /// <summary>
    /// After this call the terminal gets only visible characters and the colours of this class. Messages break at its width. The answer of a command
    /// breaks at the places that the command chooses, with <see cref="Screen"/>.
    /// </summary>
    public static void TakeOver()
    {
        var colours = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";
        Console.SetOut(TextWriter.Synchronized(new ColouredWriter(StandardStreams.OutputIsClosed ? TextWriter.Null : Console.Out,
            colours && !Console.IsOutputRedirected)));
        Console.SetError(TextWriter.Synchronized(new ColouredWriter(
            StandardStreams.ErrorIsClosed ? TextWriter.Null : Console.Error, colours && !Console.IsErrorRedirected, WidthOfError())));
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

    /// <summary>Columns that a line may take; null: no limit, because the text goes into a file or a pipe.</summary>
    public static int? Width() => WidthOf(TerminalSize.Columns(), Environment.GetEnvironmentVariable("COLUMNS"));

    private static int? WidthOfError() => WidthOf(TerminalSize.ColumnsOfError(), Environment.GetEnvironmentVariable("COLUMNS"));

    /// <param name="terminal">Columns of the terminal; null: there is none, or it does not tell.</param>
    /// <param name="named">The value of COLUMNS, with which a person can set the width.</param>
    public static int? WidthOf(int? terminal, string? named) =>
        terminal is null
            ? null
            : Math.Max(Narrowest, int.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var columns) && columns > 0 ? columns
                : terminal.Value);
}
