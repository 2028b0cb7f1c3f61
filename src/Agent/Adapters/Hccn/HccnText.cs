using System.Text.RegularExpressions;
using Agent.Adapters.Processes;

namespace Agent.Adapters.Hccn;

/// <summary>A key with its value as printed.</summary>
/// <param name="Section">The heading above it, without its ruler (950 port_info); empty when there is no heading.</param>
internal sealed record HccnValue(string Section, string Key, string Value);

/// <summary>
/// The output of hccn_tool by kind of line: values, rows of tables, changes of the link. Both grammars mix them: 910 prints values and a list of
/// changes, 950 prints tables. A line of no known kind is kept in <see cref="Unread"/>.
/// </summary>
internal sealed record HccnText(
    IReadOnlyList<HccnValue> Values,
    IReadOnlyList<IReadOnlyDictionary<string, string>> Rows,
    IReadOnlyList<LinkChange> Changes,
    IReadOnlyList<string> Unread)
{
    // Some answers put the device in front of every line, others do not.
    private static readonly Regex Device = RarePattern.OfLine(@"^\s*\[(?:devid|device) [0-9]{1,9}\]");

    // The key begins with a letter: a path, a shell line or a row of dots is no key.
    private static readonly Regex Pair = RarePattern.OfLine(@"^([A-Za-z][^:|/{}]{0,60}?)\s*:\s*(.*)$");

    private const string Ruler = "===";

    /// <summary>The first value under a key; null when it is absent.</summary>
    public string? Text(string key) => Values.FirstOrDefault(v => string.Equals(v.Key, key, StringComparison.OrdinalIgnoreCase))?.Value;

    /// <summary>The value of a column in the first row that has this column.</summary>
    public string? Cell(string column) => Rows.Select(r => r.GetValueOrDefault(column)).FirstOrDefault(c => c is not null);

    public static HccnText Parse(string text)
    {
        List<HccnValue> values = [];
        List<IReadOnlyDictionary<string, string>> rows = [];
        List<LinkChange> changes = [];
        List<string> unread = [];
        var section = "";
        string[]? header = null;
        foreach (var raw in PrintedLines.Of(text))
        {
            var line = Device.Replace(raw, "").Trim();
            if (line.Length == 0 || line.StartsWith("+-", StringComparison.Ordinal))
                continue;
            if (line.StartsWith(Ruler, StringComparison.Ordinal) && line.EndsWith(Ruler, StringComparison.Ordinal))
                section = line.Trim('=').Trim(' ');
            else if (line.StartsWith('|'))
                Row(line.Trim('|').Split('|', StringSplitOptions.TrimEntries), line);
            else if (LinkChange.Parse(line) is { } change)
                changes.Add(change);
            else if (Pair.Match(line) is { Success: true } pair)
                values.Add(new HccnValue(section, pair.Groups[1].Value.Trim(), pair.Groups[2].Value.Trim()));
            else
                unread.Add(line);
        }

        changes.AddRange(rows.Select(LinkChange.Of).OfType<LinkChange>());
        return new HccnText(values, rows, changes, unread);

        void Row(string[] cells, string line)
        {
            if (header is null && cells.Distinct(StringComparer.Ordinal).Count() == cells.Length)
                header = cells;
            else if (header?.Length == cells.Length)
                rows.Add(header.Zip(cells).ToDictionary(c => c.First, c => c.Second, StringComparer.Ordinal));
            else
                unread.Add(line);
        }
    }
}
