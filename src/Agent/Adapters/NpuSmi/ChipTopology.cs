using Agent.Adapters.Processes;

namespace Agent.Adapters.NpuSmi;

/// <summary><c>npu-smi info -t topo</c>: kind of link between two chips (HCCS, UB, SYS, ...), by the names that it prints (NPU0).</summary>
internal sealed record ChipTopology(
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Links,
    IReadOnlyDictionary<string, string> CpuAffinity)
{
    private const string Affinity = "CPU Affinity";

    public static ChipTopology Parse(string text)
    {
        Dictionary<string, IReadOnlyDictionary<string, string>> links = new(StringComparer.Ordinal);
        Dictionary<string, string> affinity = new(StringComparer.Ordinal);
        // The first column, which names the rows, has no name in the header.
        var named = string.Join('\n', PrintedLines.Of(text).Select(l => l.Contains(Affinity, StringComparison.Ordinal) ? "chip  " + l : l));
        foreach (var row in SpacedTable.Parse(named, "chip").Where(r => r.ContainsKey(Affinity)))
        {
            links[row["chip"]] = row.Where(c => c.Key is not ("chip" or Affinity)).ToDictionary(c => c.Key, c => c.Value, StringComparer.Ordinal);
            affinity[row["chip"]] = row[Affinity];
        }

        return new ChipTopology(links, affinity);
    }
}
