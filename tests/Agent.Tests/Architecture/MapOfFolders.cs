namespace Agent.Tests.Architecture;

/// <summary>The table "The map" of CONTRIBUTING.md: folders from the bottom up, and what each may use.</summary>
internal sealed class MapOfFolders
{
    public const string Contents = "Composition";
    private const string Everything = "everything above";

    private readonly List<(string Folder, IReadOnlyList<string> MayUse)> _rows = [];

    public MapOfFolders(string contributing)
    {
        var table = contributing.Split('\n').SkipWhile(l => l != "## The map").Skip(1).TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal));
        foreach (var cells in table.Where(l => l.StartsWith("| `", StringComparison.Ordinal)).Select(l => l.Split('|', StringSplitOptions.TrimEntries)))
        {
            var name = cells[1].Trim('`').Split('/')[^1];
            var folder = name == "Agent.Domain" ? "Domain" : Path.ChangeExtension(name, null);
            // A word in brackets says what is used there.
            _rows.Add((folder, cells[3] switch
            {
                "nothing" => [],
                Everything => [.. Folders],
                var named => [.. named.Split(", ").Select(n => n.Split(' ')[0])],
            }));
        }
    }

    public IEnumerable<string> Folders => _rows.Select(r => r.Folder);

    public bool Allows(string folder, string used) => folder == used || _rows.Exists(r => r.Folder == folder && r.MayUse.Contains(used));

    /// <summary>Uses that a row allows and the order of the rows forbids.</summary>
    public IEnumerable<string> OutOfOrder() =>
        from row in _rows.Index()
        from used in row.Item.MayUse
        where !_rows.Take(row.Index).Any(above => above.Folder == used)
        select $"{row.Item.Folder} may not use {used}, which does not stand above it";
}
