using Agent.Bundles;
using Agent.Configuration.Declared;
using Agent.Notifications;
using Agent.Probes;
using Agent.Remedies;

namespace Agent;

/// <summary>The four lists to which one adds without changing anything else.</summary>
internal sealed record PlugIns(
    IReadOnlyList<ListedProbe> Probes,
    IReadOnlyList<ListedNotifier> Notifiers,
    IReadOnlyList<ListedSource> Sources,
    IReadOnlyList<ListedRemedy> Remedies)
{
    public static readonly PlugIns Own = new(ProbeList.All, NotifierList.All, BundleSourceList.All, RemedyList.All);

    /// <summary>What they say of themselves: the configuration, its sample and its manual page are made of it.</summary>
    public DeclaredPlugIns Declared { get; } = new(
        [.. Probes.Select(p => p.Declared)],
        [.. Notifiers.Select(n => n.Declared)],
        [.. Sources.Select(s => s.Declared)],
        [.. Remedies.Select(r => r.Declared)]);
}
