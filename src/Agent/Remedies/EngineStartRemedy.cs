using System.Globalization;
using Agent.Configuration.Declared;
using Agent.Domain;
using Agent.Domain.Engines;
using Agent.Domain.Recovery;
using Agent.Engines;
using Agent.Engines.Starting;

namespace Agent.Remedies;

/// <summary>How often an incident's fault was recovered within a time, the present recovery included; null for an incident of another subject.</summary>
internal delegate (string Fault, int Times)? CountRecoveries(string incidentId, Domain.Observations.Subject engine, TimeSpan window);

/// <summary>
/// Launches the engine. Whether it comes up is the next step's question. One that runs already is left running. When the same
/// fault comes again, this start has CANN write more, so that the next bundle shows more. Nothing has to be remembered to put
/// the level back: only this run has it, every other start has the usual one, and no engine that serves is restarted for it.
/// </summary>
internal sealed class EngineStartRemedy(IReadOnlyList<SupervisedEngine> engines, EngineStarter starter, CountRecoveries recoveries) : IRemedy
{
    public static readonly DeclaredRemedy Declared = new(StepKind.StartEngine, 6, "1h");

    /// <summary>How long what the engine runs in may refuse it for reasons that pass. Other engines of the host wait meanwhile.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public StepKind Kind => Declared.Step;

    public async Task<StepOutcome> RunAsync(StepContext context, CancellationToken cancellation)
    {
        var engine = engines.Of(context.Step);
        var (extra, reason) = LogLevel(engine, context.IncidentId);
        var (started, detail) = await starter.StartAsync(engine, extra, Patience, context.Progress, cancellation);
        return started
            ? StepOutcome.Done(reason is null ? detail : $"{detail}; {reason}")
            : StepOutcome.Failed(detail) with { NotBegun = engine.Handle.Refusal is { Passes: true }, Waits = engine.Handle.Refusal is { Waits: true } };
    }

    private (Dictionary<string, string> Extra, string? Reason) LogLevel(SupervisedEngine engine, string incidentId)
    {
        var rule = engine.Settings.DebugAfter;
        if (engine.Handle.Life() == EngineLife.Running || rule.Repeats == 0 || recoveries(incidentId, engine.Settings.Subject, rule.Window) is not { } seen
            || seen.Times < rule.Repeats)
            return ([], null);

        var usual = CannLogLevel.Usual(engine.Settings);
        var why = $"{seen.Fault} was recovered {Counted.Text(seen.Times, "time")} in {Durations.Text(rule.Window)}";
        return usual <= rule.Level
            ? ([], $"{CannLogLevel.Variable} stays {CannLogLevel.Text(usual)}: {why}")
            : (new() { [CannLogLevel.Variable] = rule.Level.ToString(CultureInfo.InvariantCulture) },
                $"{CannLogLevel.Variable} raised from {CannLogLevel.Text(usual)} to {CannLogLevel.Text(rule.Level)} for this run: {why}");
    }
}
