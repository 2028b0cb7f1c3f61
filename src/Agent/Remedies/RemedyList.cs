using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Domain;
using Agent.Domain.Recovery;
using Agent.Engines;
using Agent.Engines.Chips;
using Agent.Engines.Starting;

namespace Agent.Remedies;

/// <summary>A remedy, and how it is made.</summary>
internal sealed record ListedRemedy(DeclaredRemedy Declared, Func<RemedyParts, IRemedy> Make);

/// <summary>What a remedy may be made of.</summary>
internal sealed record RemedyParts
{
    public required AgentSettings Settings { get; init; }

    public required IProcessRunner Processes { get; init; }

    public required RootUnits Root { get; init; }

    public required NpuSmi NpuSmi { get; init; }

    public required ChipInventory Chips { get; init; }

    public required IReadOnlyList<SupervisedEngine> Engines { get; init; }

    public required EngineStarter Starter { get; init; }

    public required ChipMemoryRelease Release { get; init; }

    public required CollectBundle Collect { get; init; }

    public required CountRecoveries Recoveries { get; init; }

    public required TimeProvider Clock { get; init; }
}

/// <summary>The remedies: one line a kind of step.</summary>
internal static class RemedyList
{
    public static readonly IReadOnlyList<ListedRemedy> All =
    [
        new(EvidenceRemedy.Begin, p => new EvidenceRemedy(EvidenceRemedy.Begin, p.Collect)),
        new(EvidenceRemedy.BeginFull, p => new EvidenceRemedy(EvidenceRemedy.BeginFull, p.Collect)),
        new(EvidenceRemedy.Complete, p => new EvidenceRemedy(EvidenceRemedy.Complete, p.Collect)),
        new(EngineStopRemedy.Declared, p => new EngineStopRemedy(p.Engines, p.Clock)),
        new(ChipMemoryRemedy.Declared, p => new ChipMemoryRemedy(p.Engines, p.Release)),
        new(EngineStartRemedy.Declared, p => new EngineStartRemedy(p.Engines, p.Starter, p.Recoveries)),
        new(OrphansRemedy.Declared, p => new OrphansRemedy(p.Engines, p.Clock)),
        new(ChipResetRemedy.Declared, p => new ChipResetRemedy(p.Processes, p.Settings.Vendor, p.Root)),
        new(DriverRestartRemedy.Declared, p => new DriverRestartRemedy(p.Processes, p.Settings.Vendor)),
        new(ChipsReadyRemedy.Declared, p => new ChipsReadyRemedy(p.NpuSmi, p.Chips, p.Settings.Vendor, p.Clock)),
        new(EngineVerifyRemedy.Declared, p => new EngineVerifyRemedy(p.Engines, p.Clock)),
    ];

    /// <exception cref="InvalidOperationException">A kind of step has no remedy: the agent would plan what it cannot do.</exception>
    public static IReadOnlyList<IRemedy> Of(IReadOnlyList<ListedRemedy> listed, RemedyParts parts)
    {
        var undone = Enum.GetValues<StepKind>().Except(listed.Select(r => r.Declared.Step)).Select(s => Words.Of(s)).ToList();
        return undone.Count == 0 ? [.. listed.Select(r => r.Make(parts))]
            : throw new InvalidOperationException($"no remedy does the step {string.Join(", ", undone)}; add one to the list of remedies");
    }
}
