using System.Diagnostics.CodeAnalysis;
using Agent.Domain.Recovery;

namespace Agent.Remedies;

/// <summary>Writes a bundle of what the next steps destroy.</summary>
internal delegate Task<StepOutcome> CollectBundle(string incidentId, bool full, Action<string> progress, CancellationToken cancellation);

/// <summary>
/// Secures evidence before a step destroys it. A bundle that could not be written is told and does not stop the recovery: an
/// engine that is down costs more than a log.
/// </summary>
internal sealed class EvidenceRemedy(StepKind kind, CollectBundle collect) : IRemedy
{
    public StepKind Kind => kind;

    [SuppressMessage("Design", "CA1031", Justification = "Whatever goes wrong with a bundle, the recovery goes on.")]
    public async Task<StepOutcome> RunAsync(StepContext context, CancellationToken cancellation)
    {
        try
        {
            return await collect(context.IncidentId, kind == StepKind.CollectAllEvidence, context.Progress, cancellation);
        }
        catch (Exception mistake) when (!cancellation.IsCancellationRequested)
        {
            return StepOutcome.Done($"no bundle could be written: {mistake.GetType().Name}: {mistake.Message}");
        }
    }
}
