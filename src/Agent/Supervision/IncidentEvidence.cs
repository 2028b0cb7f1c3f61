using System.Collections.Concurrent;
using Agent.Bundles;
using Agent.Domain;
using Agent.Domain.Recovery;
using Agent.Remedies;

namespace Agent.Supervision;

/// <summary>Makes a bundle of an incident: full, or fast.</summary>
internal delegate Bundle MakeBundle(string incidentId, bool full);

/// <summary>
/// The bundles of incidents: begun before a step that destroys something, completed while the engine comes up. One that an
/// earlier agent began is completed by the next; what there is no beginning of is made of what is still there.
/// </summary>
internal sealed class IncidentEvidence(MakeBundle make)
{
    // The timeline of an incident is for people.
    private const int ToldProblems = 3;

    private readonly ConcurrentDictionary<string, Bundle> _begun = new(StringComparer.Ordinal);

    /// <summary>One go for each kind of step that collects.</summary>
    public async Task<StepOutcome> CollectAsync(StepKind kind, string incidentId, Action<string> progress, CancellationToken cancellation)
    {
        if (kind == StepKind.CompleteEvidence)
        {
            var begun = Begun(incidentId);
            return Outcome(await begun.CompleteAsync(progress, cancellation)) with { WhenRecorded = begun.Forget };
        }

        var bundle = make(incidentId, kind == StepKind.CollectAllEvidence);
        var files = await bundle.BeginAsync(progress, cancellation);
        _begun[incidentId] = bundle;
        return StepOutcome.Done($"{Counted.Text(files, "file")} of what the next steps destroy");
    }

    public async Task<StepOutcome> WriteAsync(string incidentId, bool full, Action<string> progress, CancellationToken cancellation) =>
        Outcome(await make(incidentId, full).WriteAsync(progress, cancellation));

    private Bundle Begun(string incidentId)
    {
        if (_begun.TryRemove(incidentId, out var begun))
            return begun;
        return make(incidentId, full: true) is { IsBegun: true } full ? full : make(incidentId, full: false);
    }

    private static StepOutcome Outcome((string Path, BundleManifest Manifest) written)
    {
        var (path, manifest) = written;
        var problems = manifest.Sources.SelectMany(s => s.Problems.Select(p => $"{s.Source}: {p}")).ToList();
        var more = problems.Count > ToldProblems ? $"; {problems.Count - ToldProblems} more in the manifest" : "";
        var told = string.Join("; ", problems.Take(ToldProblems).Prepend($"{Counted.Text(manifest.Entries.Count, "file")}"));
        return new StepOutcome(true, told + more, path) { BundleIsFull = manifest.Full };
    }
}
