using System.Diagnostics.CodeAnalysis;
using Agent.Configuration.Declared;
using Agent.Domain.Recovery;

namespace Agent.Remedies;

/// <summary>Begins or completes the bundle of an incident, as the kind of step says.</summary>
internal delegate Task<StepOutcome> CollectBundle(StepKind kind, string incidentId, Action<string> progress, CancellationToken cancellation);

/// <summary>
/// Secures evidence before a step destroys it, and the rest afterwards. A bundle that could not be written is told and does
/// not stop the recovery: an engine that is down costs more than a log.
/// </summary>
internal sealed class EvidenceRemedy(DeclaredRemedy declared, CollectBundle collect) : IRemedy
{
    public static readonly DeclaredRemedy Begin = new(StepKind.CollectEvidence);

    public static readonly DeclaredRemedy BeginFull = new(StepKind.CollectAllEvidence);

    public static readonly DeclaredRemedy Complete = new(StepKind.CompleteEvidence);

    public StepKind Kind => declared.Step;

    [SuppressMessage("Design", "CA1031", Justification = "Whatever goes wrong with a bundle, the recovery goes on.")]
    public async Task<StepOutcome> RunAsync(StepContext context, CancellationToken cancellation)
    {
        try
        {
            return await collect(Kind, context.IncidentId, context.Progress, cancellation);
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
