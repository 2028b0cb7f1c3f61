using System.Diagnostics.CodeAnalysis;
using Agent.Domain.Recovery;

namespace Agent.Remedies;

/// <summary>Begins or completes the bundle of an incident, as the kind of step says.</summary>
internal delegate Task<StepOutcome> CollectBundle(StepKind kind, string incidentId, Action<string> progress, CancellationToken cancellation);

/// <summary>
/// Secures evidence before a step destroys it, and the rest afterwards. A bundle that could not be written is told and does
/// not stop the recovery: an engine that is down costs more than a log.
/// </summary>
internal sealed class EvidenceRemedy(StepKind kind, CollectBundle collect) : IRemedy
{
    public StepKind Kind => kind;

    [SuppressMessage("Design", "CA1031", Justification = "Whatever goes wrong with a bundle, the recovery goes on.")]
    public async Task<StepOutcome> RunAsync(StepContext context, CancellationToken cancellation)
    {
        try
        {
            return await collect(kind, context.IncidentId, context.Progress, cancellation);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return StepOutcome.Done($"no bundle could be written: {refused.Message}");
        }
        catch (Exception mistake) when (!cancellation.IsCancellationRequested)
        {
            return StepOutcome.Done($"no bundle could be written: {mistake.Message}");
        }
    }
}
