using Agent.Adapters.NpuSmi;
using Agent.Domain.Observations;

namespace Agent.Engines.Chips;

/// <summary>
/// Compares the chips that a running engine really holds, by the process table of npu-smi, with the chips
/// that it was meant to hold. The table lists eight processes a chip. For processes in other containers it
/// shows numbers that /proc here does not know. So a missing entry proves nothing, and a listed one does.
/// </summary>
internal static class ChipHoldings
{
    private const int MostRows = 8;

    /// <summary>A rank that works on another chip leaves a small context on the first one.</summary>
    private const int SmallContextMb = 256;

    /// <param name="engine">The engine.</param>
    /// <param name="isUp">Its ranks have their memory.</param>
    /// <param name="table">The chips and their processes.</param>
    /// <returns>The difference in words; null when there is none, or it cannot be told.</returns>
    public static string? Difference(SupervisedEngine engine, bool isUp, ChipTable table)
    {
        if (!table.ListsProcesses)
            return null;
        var own = engine.Handle.Tree().Select(p => p.Id.Pid).ToHashSet();
        var listed = (from process in table.Processes
                      let chip = ChipOf(table, process)
                      where chip is not null
                      select new Holding(chip.Value, process)).ToList();
        var held = listed.Where(r => own.Contains(r.Process.ProcessId)).ToList();
        if (held.Count == 0)
            return null;

        List<string> differences = [];
        var meant = engine.Settings.Chips;
        if (held.Where(r => !meant.Contains(r.Chip)).ToList() is { Count: > 0 } beyond)
            differences.Add($"it holds {Text(beyond)}, which {(beyond.Select(r => r.Chip).Distinct().Count() == 1 ? "is not its chip" : "are not its chips")}");
        if (isUp && Missing(engine, listed, held.ConvertAll(r => r.Chip)) is { Count: > 0 } missing)
            differences.Add($"none of its processes is on {string.Join(", ", missing.Select(c => c.Id))}");
        var strangers = listed.Where(r => meant.Contains(r.Chip) && !own.Contains(r.Process.ProcessId) && r.Process.MemoryMb > SmallContextMb).ToList();
        if (strangers.Count > 0)
            differences.Add($"processes that are not its own hold {Text(strangers)}");
        return differences.Count == 0 ? null : $"meant for {string.Join(", ", meant.Select(c => c.Id))}, but {string.Join("; ", differences)}";
    }

    /// <summary>Spare chips are allowed; every rank has a chip of its own.</summary>
    private static List<Subject> Missing(SupervisedEngine engine, List<Holding> listed, List<Subject> held)
    {
        var missing = engine.Settings.Chips.Where(c => !held.Contains(c)).ToList();
        var isWhole = missing.TrueForAll(c => listed.Count(r => r.Chip == c) < MostRows);
        return isWhole && engine.Settings.Chips.Count - missing.Count < engine.Settings.TensorParallelSize ? missing : [];
    }

    /// <summary>A table without a column for the chip comes from boards with one chip on each card.</summary>
    private static Subject? ChipOf(ChipTable table, ChipProcess process) =>
        process.Chip is { } chip ? Subject.Chip(process.Card, chip)
        : table.Chips.Where(r => r.Card == process.Card).ToList() is [var only] ? ChipInventory.SubjectOf(only) : null;

    private static string Text(IEnumerable<Holding> rows) =>
        string.Join(", ", rows.Select(r => $"{r.Process.MemoryMb} MB of {r.Chip.Id} ({r.Process.Name} {r.Process.ProcessId})"));

    private sealed record Holding(Subject Chip, ChipProcess Process);
}
