using System.Diagnostics.CodeAnalysis;
using Agent.Domain;
using Agent.Engines;

namespace Agent.Supervision;

/// <summary>
/// Does the changes of engines that operators ask for, beside the loop and one at a time for each engine: a stop waits for a launch that
/// is under way, and then stops what was launched. Whether a started engine comes up is waited for outside of its turn, so that it can
/// be stopped meanwhile. Nothing of the loop's is touched here.
/// </summary>
internal sealed class EngineTurns(IReadOnlyList<SupervisedEngine> engines, DoChange act)
{
    private readonly Dictionary<string, SemaphoreSlim> _turns = engines.ToDictionary(e => e.Name, _ => new SemaphoreSlim(1, 1), StringComparer.Ordinal);

    [SuppressMessage("Design", "CA1031", Justification = "Whatever goes wrong is the operator's answer; the agent goes on.")]
    public async Task<ChangeOutcome> RunAsync(SupervisedEngine engine, EngineVerb verb, CancellationToken cancellation)
    {
        // The loop's thread goes on with other messages.
        await Task.Yield();
        try
        {
            var outcome = await InTurnAsync(engine, verb, cancellation);
            return outcome.Proof is { } proof ? await proof(cancellation) : outcome;
        }
        catch (Exception mistake)
        {
            return new ChangeOutcome(false, $"{Words.Of(verb)} of {engine.Name} failed: {mistake.Message}");
        }
    }

    private async Task<ChangeOutcome> InTurnAsync(SupervisedEngine engine, EngineVerb verb, CancellationToken cancellation)
    {
        var turn = _turns[engine.Name];
        await turn.WaitAsync(cancellation);
        try
        {
            return EngineChange.IsOvertaken(engine, verb) ? EngineChange.Overtaken(engine, verb) : await act(engine, verb, cancellation);
        }
        finally
        {
            turn.Release();
        }
    }
}
