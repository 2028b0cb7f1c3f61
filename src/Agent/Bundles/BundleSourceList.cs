using Agent.Adapters.Hccn;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Engines;

namespace Agent.Bundles;

/// <summary>A source of evidence, and how it is made for a bundle.</summary>
internal sealed record ListedSource(DeclaredSource Declared, Func<SourceParts, IBundleSource> Make)
{
    /// <summary>How the unit of root makes it, which collects what may need root for an agent that is none; null for all others.</summary>
    public Func<RootSourceParts, IBundleSource>? MakeForRoot { get; private init; }

    /// <summary>Whether it takes over what that unit collected.</summary>
    public bool IsFromRoot { get; init; }

    public static ListedSource ForRoot(DeclaredSource declared, Func<RootSourceParts, IBundleSource> make) => new(declared, make) { MakeForRoot = make };
}

/// <summary>What a source may be made of that root collects.</summary>
internal record RootSourceParts
{
    public required AgentSettings Settings { get; init; }

    public required IProcessRunner Runner { get; init; }
}

/// <summary>What a source may be made of.</summary>
internal sealed record SourceParts : RootSourceParts
{
    public required RootUnits Root { get; init; }

    public required ProcessTable Processes { get; init; }

    public required NpuSmi NpuSmi { get; init; }

    public required HccnTool Hccn { get; init; }

    /// <summary>As they are now.</summary>
    public required IReadOnlyList<SupervisedEngine> Engines { get; init; }

    /// <summary>As they were when the bundle was begun.</summary>
    public required IReadOnlyList<EngineTrace> Traces { get; init; }

    public required TimeProvider Clock { get; init; }
}

/// <summary>
/// The sources of a bundle: one line a kind. What is most volatile comes first; the vendor's collector of device logs comes
/// last, because it may have all the time that is left. Made anew for each bundle.
/// </summary>
internal static class BundleSourceList
{
    public static readonly IReadOnlyList<ListedSource> All =
    [
        new(ProcessTreeSource.Declared, p => new ProcessTreeSource(p.Processes, p.Engines)),
        new(ChipTableSource.Declared, p => new ChipTableSource(p.NpuSmi, p.Clock)),
        new(SharedMemorySource.Declared, _ => new SharedMemorySource()),
        new(EngineLogSource.Declared, p => new EngineLogSource(p.Traces, p.Settings.Bundles.Own.Of(EngineLogSource.Tail))),
        new(KernelLogSource.Declared, p => new KernelLogSource(p.Runner, p.Clock)),
        new(NpuSmiSource.Declared, p => new NpuSmiSource(p.NpuSmi, p.Engines, p.Clock)),
        new(CannLogSource.Declared, p => new CannLogSource(p.Traces)),
        new(VersionSource.Declared, p => new VersionSource(p.Traces)),
        new(ConfigurationSource.Declared, p => new ConfigurationSource(p.Settings)),
        new(HccnToolSource.Declared, p => new HccnToolSource(p.Hccn, p.NpuSmi, p.Settings.Vendor, p.Engines, p.Clock)),
        new(RootLogSource.Declared, p => new RootLogSource(p.Root, RootUnits.CollectedLogs, p.Settings.Vendor)) { IsFromRoot = true },
        ListedSource.ForRoot(HostLogSource.Declared, p => new HostLogSource(p.Settings.Bundles.Own.Of(HostLogSource.Paths))),
        ListedSource.ForRoot(DlogSource.Declared, p => new DlogSource(p.Runner, p.Settings.Vendor)),
    ];

    public static IReadOnlyList<IBundleSource> Of(IReadOnlyList<ListedSource> listed, SourceParts parts) =>
        [.. listed.Where(s => parts.Root.CollectsLogs ? s.MakeForRoot is null : !s.IsFromRoot).Select(s => s.Make(parts))];

    /// <summary>What may need root.</summary>
    public static IReadOnlyList<IBundleSource> ForRoot(IReadOnlyList<ListedSource> listed, RootSourceParts parts) =>
        [.. listed.Select(s => s.MakeForRoot?.Invoke(parts)).OfType<IBundleSource>()];
}
