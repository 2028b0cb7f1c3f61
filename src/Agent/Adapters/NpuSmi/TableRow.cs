using System.Text.RegularExpressions;

namespace Agent.Adapters.NpuSmi;

/// <summary>A value with the name of its column.</summary>
internal readonly record struct TableCell(string Column, string Value);

/// <summary>
/// One kind of row, named by its header line. A header cell may name several columns ("Power(W) Temp(C)"). The cell below it then holds as many
/// values; "12 / 34" counts as one value.
/// </summary>
internal sealed partial class TableRow
{
    private readonly string[][] _columns;

    public TableRow(string header) => _columns = [.. Cells(header).Select(Names)];

    public bool HasChip => _columns.Any(c => c.Contains("Chip", StringComparer.Ordinal));

    public bool HasHbm => _columns.Any(c => c.Any(n => n.StartsWith("HBM", StringComparison.Ordinal)));

    public bool HasPhysicalId => _columns.Any(c => c.Contains("Phy-ID", StringComparer.Ordinal));

    /// <returns>Null when the line does not fit the header.</returns>
    public IReadOnlyList<TableCell>? Read(string line)
    {
        var cells = Cells(line);
        if (cells.Length != _columns.Length)
            return null;
        List<TableCell> read = [];
        for (var i = 0; i < cells.Length; i++)
        {
            var names = _columns[i];
            if (names.Length == 1)
            {
                read.Add(new TableCell(names[0], cells[i]));
                continue;
            }

            var values = Values().Matches(cells[i]);
            // The name of a chip may hold blanks: surplus words belong to the last column.
            if (values.Count < names.Length || (values.Count > names.Length && names[^1] != "Name"))
                return null;
            for (var n = 0; n < names.Length; n++)
                read.Add(new TableCell(names[n], n == names.Length - 1 ? cells[i][values[n].Index..] : values[n].Value));
        }

        return read;
    }

    private static string[] Cells(string line) => line[1..^1].Split('|', StringSplitOptions.TrimEntries);

    // Names stand two blanks apart, or follow a closing bracket. In retyped tables, the blanks between known names may be lost.
    private static string[] Names(string cell) =>
        Gap().Split(cell.Replace(")", ")  ", StringComparison.Ordinal).Trim())
            .SelectMany(n => n is "NPU Name" or "NPU Chip" or "Chip Phy-ID" or "Chip Device" ? n.Split(' ') : [n])
            .ToArray();

    [GeneratedRegex(@"\s{2,}", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex Gap();

    [GeneratedRegex(@"(?:[0-9]+|N/?A|-)\s*/\s*(?:[0-9]+|N/?A|-)|\S+", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex Values();
}
