namespace Agent.Tests.Architecture;

/// <summary>Which folder uses which, and the cycles among them.</summary>
internal sealed class FolderGraph(IEnumerable<(string From, string To)> uses)
{
    private readonly Dictionary<string, HashSet<string>> _uses = uses
        .Where(u => u.From != u.To)
        .GroupBy(u => u.From, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => g.Select(u => u.To).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);

    public IEnumerable<string> UsesOf(string folder) => _uses.GetValueOrDefault(folder, []);

    /// <summary>Folders that use each other, directly or by way of others: each knot once, its folders in alphabetical order.</summary>
    public IReadOnlyList<string> Knots() =>
        [.. _uses.Keys.Order(StringComparer.Ordinal)
            .Select(folder => Reached(folder).Where(other => Reached(other).Contains(folder)).Order(StringComparer.Ordinal).ToList())
            .Where(knot => knot.Count > 0)
            .Select(knot => string.Join(" <-> ", knot))
            .Distinct(StringComparer.Ordinal)];

    /// <summary>Pairs of folders that use each other directly: the shortest cycles.</summary>
    public IReadOnlyList<string> Pairs() =>
        [.. from folder in _uses.Keys.Order(StringComparer.Ordinal)
            from other in UsesOf(folder).Order(StringComparer.Ordinal)
            where string.CompareOrdinal(folder, other) < 0 && UsesOf(other).Contains(folder)
            select $"{folder} <-> {other}"];

    private HashSet<string> Reached(string folder)
    {
        HashSet<string> reached = [];
        Queue<string> next = new(UsesOf(folder));
        while (next.TryDequeue(out var to))
        {
            if (reached.Add(to))
            {
                foreach (var further in UsesOf(to))
                    next.Enqueue(further);
            }
        }

        return reached;
    }
}
