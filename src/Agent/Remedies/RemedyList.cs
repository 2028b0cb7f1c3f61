using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Configuration;
using Agent.Domain.Recovery;
using Agent.Engines;
using Agent.Engines.Starting;

namespace Agent.Remedies;

/// <summary>The remedies: one line a kind of step.</summary>
internal static class RemedyList
{
    public static IReadOnlyList<IRemedy> Of(
        AgentSettings settings,
        IProcessRunner processes,
        RootUnits root,
        NpuSmi npuSmi,
        ChipInventory chips,
        IReadOnlyList<SupervisedEngine> engines,
        EngineStarter starter,
        ChipMemoryRelease release,
        CollectBundle collect,
        CountRecoveries recoveries,
        TimeProvider clock) =>
    [
        new EvidenceRemedy(StepKind.CollectEvidence, collect),
        new EvidenceRemedy(StepKind.CollectAllEvidence, collect),
        new EvidenceRemedy(StepKind.CompleteEvidence, collect),
        new EngineStopRemedy(engines, clock),
        new ChipMemoryRemedy(engines, release),
        new OrphansRemedy(engines, clock),
        new ChipResetRemedy(processes, settings.Vendor, root),
        new DriverRestartRemedy(processes, settings.Vendor),
        new ChipsReadyRemedy(npuSmi, chips, settings.Vendor, clock),
        new EngineStartRemedy(engines, starter, recoveries),
        new EngineVerifyRemedy(engines, clock),
    ];
}
