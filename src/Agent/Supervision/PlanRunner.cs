using System.Diagnostics.CodeAnalysis;
using Agent.Domain;
using Agent.Domain.Incidents;
using Agent.Domain.Recovery;
using Agent.Remedies;

namespace Agent.Supervision;

/// <summary>
/// Runs the steps of one recovery in order. What a step is about to do is on disk before it is done, and how it ended after
/// it. After a failed step only those run that give back what was stopped.
/// </summary>
internal sealed class PlanRunner(IReadOnlyList<IRemedy> remedies, TimeProvider clock)
{
    private static readonly StepOutcome Uncounted =
        StepOutcome.Failed("not begun: the journal cannot be written, and attempts of this step must be counted") with { NotBegun = true, Waits = true };

    private readonly Dictionary<StepKind, IRemedy> _remedies = remedies.ToDictionary(r => r.Kind);

    /// <param name="incidentId">The incident.</param>
    /// <param name="recovery">What was planned.</param>
    /// <param name="record">Writes an event; answers whether it is on disk.</param>
    /// <param name="progress">Tells people what takes time.</param>
    /// <param name="cancellation">The agent stops: the journal then shows the step as begun.</param>
    public async Task RunAsync(
        string incidentId,
        RecoveryPlanned recovery,
        Func<IncidentEvent, Task<bool>> record,
        Action<Step, string> progress,
        CancellationToken cancellation)
    {
        string? failure = null;
        var waits = false;
        foreach (var step in recovery.Steps)
        {
            if (failure is not null && !step.EvenAfterFailure)
                continue;

            var onDisk = await record(new StepStarted(clock.GetUtcNow(), step));
            var outcome = onDisk || !step.IsWide ? await RunAsync(new StepContext(step, incidentId, text => progress(step, text)), cancellation) : Uncounted;
            if (outcome.Bundle is { } bundle)
                await record(new EvidenceSecured(clock.GetUtcNow(), bundle, outcome.BundleIsFull));
            if (await record(new StepEnded(clock.GetUtcNow(), step, outcome.Succeeded, outcome.Detail) { NotBegun = outcome.NotBegun }))
                outcome.WhenRecorded?.Invoke();
            if (!outcome.Succeeded && failure is null)
                (failure, waits) = ($"{step}: {outcome.Detail}", outcome.Waits);
        }

        await record(new RecoveryEnded(clock.GetUtcNow(), failure is null,
            failure ?? $"rung {Words.Of(recovery.Rung)}: every step succeeded")
        { NotBegun = waits });
    }

    [SuppressMessage("Design", "CA1031", Justification = "A remedy's own mistake is a failed step: the ladder goes on to the next rung or to a person.")]
    private async Task<StepOutcome> RunAsync(StepContext context, CancellationToken cancellation)
    {
        try
        {
            return _remedies.TryGetValue(context.Step.Kind, out var remedy)
                ? await remedy.RunAsync(context, cancellation)
                : StepOutcome.Failed($"this agent has no remedy for the step {context.Step.Name}");
        }
        catch (Exception mistake) when (!cancellation.IsCancellationRequested)
        {
            return StepOutcome.Failed($"the remedy itself failed: {mistake.Message}");
        }
    }
}
