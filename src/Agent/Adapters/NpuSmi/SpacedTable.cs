using System.Text.RegularExpressions;
using Agent.Adapters.Processes;

namespace Agent.Adapters.NpuSmi;

/// <summary>Tables without bars (<c>info -m</c>, <c>watch</c>, <c>-t topo</c>): a header line, and cells at least two blanks apart.</summary>
internal static partial class SpacedTable
{
    /// <param name="text">The printed text.</param>
    /// <param name="first">The first column: the line that begins with it is the header.</param>
    /// <returns>Rows by column; lines with another number of cells are left out.</returns>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Parse(string text, string first)
    {
        List<IReadOnlyDictionary<string, string>> rows = [];
        string[]? header = null;
        foreach (var line in PrintedLines.Of(text))
        {
            var cells = Gap().Split(line.Replace(")", ")  ", StringComparison.Ordinal).Trim());
            if (cells[0] == first)
                header = cells;
            else if (header is not null && cells.Length == header.Length && header.Distinct(StringComparer.Ordinal).Count() == header.Length)
                rows.Add(header.Zip(cells).ToDictionary(c => c.First, c => c.Second, StringComparer.Ordinal));
        }

        return rows;
    }

    [GeneratedRegex(@"\s{2,}", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex Gap();
}
