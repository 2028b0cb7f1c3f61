using Agent.Adapters;
using Agent.Adapters.NpuSmi;
using Agent.Domain;
using Agent.Engines.Signs;

namespace Agent.Engines.Chips;

/// <summary>
/// Waits until the chips of a stopped engine hold no more memory than when idle. The driver releases
/// memory seconds after the last process is gone, and an engine that starts too early fails because it
/// finds too little. If npu-smi gives no answer, the wait ends well: the start itself will show it.
/// </summary>
internal sealed class ChipMemoryRelease(NpuSmi npuSmi, ChipInventory chips, TimeProvider clock)
{
    public async Task<Outcome> WaitAsync(SupervisedEngine engine, Action<string> progress, CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        for (var pause = new GrowingPause(clock, firstSeconds: 0.05); ; await pause.NextAsync(cancellation))
        {
            var answer = await npuSmi.TableAsync(cancellation);
            if (answer.Value is not { } table)
                return (true, $"not seen: {answer.Problem!.Cause}");

            var held = table.Chips.Where(r => engine.Settings.Chips.Contains(ChipInventory.SubjectOf(r)) && !chips.IsIdle(r)).ToList();
            if (held.Count == 0)
                return (true, "chip memory is at its idle level");
            // This memory will not be released. The start names the process that holds it.
            if (table.Processes.Any(p => held.Exists(r => p.Card == r.Card && (p.Chip ?? r.Chip) == r.Chip) && engine.Handle.ByHand(p.ProcessId) is not null))
                return (true, "chip memory is held by an engine that somebody started by hand");
            var text = string.Join(", ", held.Select(r => $"{r.Card}/{r.Chip} {ChipInventory.MemoryOf(r).Used} MB{Holders(table, r)}"));
            if (clock.GetElapsedTime(begun) > engine.Settings.Stop.ChipMemoryWait)
                return (false, $"chip memory is still held after {Durations.Text(engine.Settings.Stop.ChipMemoryWait)}: {text}");
            progress($"chip memory still held: {text}");
        }
    }

    private static string Holders(ChipTable table, ChipRow row)
    {
        var names = table.Processes.Where(p => p.Card == row.Card && (p.Chip ?? row.Chip) == row.Chip).Select(p => $"{p.Name} {p.ProcessId}").ToList();
        return names.Count == 0 ? " by nobody on the list" : $" by {string.Join(" and ", names)}";
    }
}
