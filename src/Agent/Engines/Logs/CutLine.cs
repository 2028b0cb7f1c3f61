using System.Text.RegularExpressions;

namespace Agent.Engines.Logs;

/// <summary>A long line that CRI ("stderr P") or docker (json-file) wrote in pieces, as far as it has come. Immutable.</summary>
/// <param name="Text">The text so far, with everything in front of its first piece.</param>
internal sealed partial record CutLine(string Text)
{
    /// <summary>Four pieces of 16 KiB. A longer text is no line of an engine.</summary>
    private const int Longest = 65536;

    /// <summary>Takes the next line of the log.</summary>
    /// <returns>The pieces that still wait for their end, if any, and the line that is whole now, if any.</returns>
    public static (CutLine? Waiting, string? Whole) Take(CutLine? waiting, string line)
    {
        if (waiting is null && !MayBePiece(line))
            return (null, line);
        var (text, isCut) = Piece(line);
        var joined = waiting is null ? text : waiting.Text + text;
        return isCut && joined.Length < Longest ? (new CutLine(joined), null) : (null, waiting is null ? line : joined);
    }

    /// <summary>Almost no line is a piece, but every line is checked here.</summary>
    private static bool MayBePiece(string line) =>
        line.Length > 0 && (line[0] == '{' ? line.Contains("\"log\"", StringComparison.Ordinal) : char.IsAsciiDigit(line[0]) && Cri().IsMatch(line));

    private static (string Text, bool IsCut) Piece(string line) =>
        Cri().Match(line) is { Success: true } cri ? (line[cri.Length..], cri.Groups[1].ValueSpan is "P")
        : JsonLine.Read(line) is { } json ? (json.Text, json.IsCut)
        : (line, false);

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.,]{8,20}(?:Z|[+-][0-9]{2}:?[0-9]{2}) (?:stdout|stderr) ([FP])(?: |$)", RegexOptions.CultureInvariant,
        5000)]
    private static partial Regex Cri();
}
