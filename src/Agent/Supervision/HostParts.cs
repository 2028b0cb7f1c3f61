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
internal sealed record HostParts(
    ProcessRunner Processes,
    ProcessTable ProcessTable,
    NpuSmi NpuSmi,
    HccnTool HccnTool,
    ChipInventory Chips,
    ChipNumbering Numbering,
    IReadOnlyList<SupervisedEngine> Engines,
    StartChecks StartChecks,
    IReadOnlyList<ScheduledProbe> Probes,
    TextGate Gate);
