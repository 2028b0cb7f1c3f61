using Agent.Adapters.Hccn;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Engines;
using Agent.Engines.Chips;
using Agent.Engines.Starting;
using Agent.ForeignText;
using Agent.Probes;

namespace Agent.Supervision;

/// <summary>The edges of a host and what looks at it: what both the daemon and a one-shot check need.</summary>
internal sealed record HostParts
{
    public required ProcessRunner Processes { get; init; }

    public required ProcessTable ProcessTable { get; init; }

    public required NpuSmi NpuSmi { get; init; }

    public required HccnTool HccnTool { get; init; }

    public required ChipInventory Chips { get; init; }

    public required ChipNumbering Numbering { get; init; }

    public required IReadOnlyList<SupervisedEngine> Engines { get; init; }

    public required StartChecks StartChecks { get; init; }

    public required IReadOnlyList<ScheduledProbe> Probes { get; init; }

    public required TextGate Gate { get; init; }
}
