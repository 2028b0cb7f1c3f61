using System.Globalization;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Domain.Faults;
using Agent.Engines.Chips;

namespace Agent.Engines.Starting;

/// <summary>
/// Finds the processes on an engine's chips before it starts. If the chips hold more memory than when idle, the start fails minutes later
/// because it finds too little. A lower gpu_memory_utilization would only hide this. Processes of others are named and never touched.
/// </summary>
internal sealed class ChipOccupants(NpuSmi npuSmi, ChipInventory chips, ProcessTable processes, OpenFiles files, string deviceFolder)
{
    public async Task<(StartRefusal? Refusal, string Detail)> LookAsync(SupervisedEngine engine, CancellationToken cancellation)
    {
        var answer = await npuSmi.TableAsync(cancellation);
        if (answer.Value is not { } table)
            return (null, $"chip memory was not seen: {answer.Problem!.Cause}");

        var own = table.Chips.Where(r => engine.Settings.Chips.Contains(ChipInventory.SubjectOf(r))).ToList();
        var held = own.Where(r => !chips.IsIdle(r)).ToList();
        if (held.Count == 0)
            return (null, $"chips {string.Join(", ", own.Select(r => $"{r.Card}/{r.Chip}"))} are idle{Bystanders(table, own)}");

        var text = string.Join("; ", held.Select(r => $"chip {r.Card}/{r.Chip} holds {ChipInventory.MemoryOf(r).Used} MB{Holders(table, r)}"));
        var fault = held.Exists(r => On(table, r).Count > 0) ? FaultCodes.DeviceTaken : FaultCodes.ChipMemoryHeld;
        return (new StartRefusal(fault, text) { Known = EnginePlaceholders.Of(ChipInventory.SubjectOf(held[0])) }, text);
    }

    private static List<ChipProcess> On(ChipTable table, ChipRow row) =>
        [.. table.Processes.Where(p => p.Card == row.Card && (p.Chip ?? row.Chip) == row.Chip)];

    private string Holders(ChipTable table, ChipRow row)
    {
        if (On(table, row) is { Count: > 0 } listed)
            return $": {string.Join(" and ", listed.Select(p => Describe(p)))}";
        var opened = Openers(row).ToList();
        return " and npu-smi lists nobody" + (opened.Count > 0 ? $"; its device is open in {string.Join(" and ", opened)}" : files.SeesAll ? ""
            : "; whether another user's process has its device open, the agent may not see");
    }

    private string Bystanders(ChipTable table, List<ChipRow> own)
    {
        // A tool of the host may have a small context on a chip; an engine starts beside it.
        var others = own.SelectMany(r => On(table, r)).DistinctBy(p => p.ProcessId).ToList();
        return others.Count == 0 ? "" : $", beside {string.Join(" and ", others.Select(p => $"{Describe(p)} with {p.MemoryMb} MB"))}";
    }

    private string Describe(ChipProcess process) => ProcessOrigin.Describe(processes, process.ProcessId, process.Name);

    /// <summary>A process of another pid namespace is on no list of npu-smi, but it has the device open.</summary>
    private IEnumerable<string> Openers(ChipRow row)
    {
        var device = string.Create(CultureInfo.InvariantCulture, $"{deviceFolder}/davinci{row.PhysicalId ?? row.Card}");
        return files.Descriptors().Where(d => d.Target == device).Select(d => d.Pid).Distinct().Select(pid => ProcessOrigin.Describe(processes, pid));
    }
}
