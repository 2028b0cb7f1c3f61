using System.Diagnostics.CodeAnalysis;
using Agent.Domain;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Engines;
using Agent.Engines.Starting;
using Agent.Engines.Stopping;
using Agent.Storage;

namespace Agent.Supervision;

/// <summary>
/// Does what operators ask through the control socket. What takes long runs beside the loop, under a maintenance window of
/// its own, so that the policy does not take a stopping engine for a fault.
/// </summary>
internal sealed class OperatorDesk(
    SupervisionMemory memory,
    Journal journal,
    IReadOnlyList<SupervisedEngine> engines,
    EngineStarter starter,
    ChipMemoryRelease release,
    TimeProvider clock,
    ILogger<OperatorDesk> log)
{
    private static readonly TimeSpan LongestChange = TimeSpan.FromHours(2);

    /// <returns>What it means for the history of incidents.</returns>
    public IReadOnlyList<IncidentChange> Begin(OperatorRequest request, CancellationToken cancellation)
    {
        if (request.Command is not AskStatus)
            _ = LogResultAsync(request);
        switch (request.Command)
        {
            case AskStatus:
                Answer(true, "");
                break;
            case SetMaintenance set:
                Answer(true, Set(set));
                break;
            case EndMaintenance end:
                Answer(true, End(end));
                break;
            case ChangeEngine change:
                if (Refusal(change) is { } refused)
                {
                    request.Answer.TrySetResult(new OperatorAnswer(false, refused));
                    return [];
                }

                _ = ChangeAsync(change, engines.First(e => e.Name == change.Engine), request.Answer, cancellation);
                break;
            default:
                Answer(false, $"unknown request {request.Command.GetType().Name}");
                return [];
        }

        return OperatorHands.Of(request.Command, memory.Incidents, clock.GetUtcNow());

        void Answer(bool accepted, string text) =>
            request.Answer.SetResult(new OperatorAnswer(accepted, text, memory.Status(clock.GetUtcNow())));
    }

    private string Set(SetMaintenance set)
    {
        var now = clock.GetUtcNow();
        var window = new Maintenance(set.Subject, now, now + set.Duration, set.By, set.Reason);
        Open(window);
        journal.Append(now, window);
        return $"maintenance of {set.Subject} until {window.Until:u}";
    }

    private string End(EndMaintenance end)
    {
        var now = clock.GetUtcNow();
        Close(end.Subject);
        journal.Append(now, new Maintenance(end.Subject, now, now, end.By, "ended"));
        return $"maintenance of {end.Subject} ended";
    }

    private void Open(Maintenance window) => memory.Maintenances = [.. memory.Maintenances.Where(m => m.Subject != window.Subject), window];

    private void Close(Subject subject) => memory.Maintenances = [.. memory.Maintenances.Where(m => m.Subject != subject)];

    [SuppressMessage("Design", "CA1031", Justification = "Whatever goes wrong is the operator's answer; the agent goes on.")]
    private async Task ChangeAsync(ChangeEngine change, SupervisedEngine engine, TaskCompletionSource<OperatorAnswer> answer, CancellationToken cancellation)
    {
        var subject = engine.Settings.Subject;
        var now = clock.GetUtcNow();
        var already = memory.Maintenances.FirstOrDefault(m => m.Subject == subject && m.IsActive(now));
        if (already is null)
            Open(new Maintenance(subject, now, now + LongestChange, change.By, $"engine {Words.Of(change.Verb)} by an operator"));
        engine.Host.Wanted = change.Verb != EngineVerb.Stop;
        journal.Append(now, new EngineWanted(engine.Name, engine.Host.Wanted, change.By, change.Reason));
        try
        {
            // The loop's thread goes on with other messages; this comes back to the answer when it is done.
            await Task.Yield();
            var text = await DoAsync(engine, change.Verb, cancellation);
            answer.TrySetResult(text.Done
                ? new OperatorAnswer(true, text.Text, memory.Status(clock.GetUtcNow()))
                : new OperatorAnswer(false, text.Text));
        }
        catch (Exception mistake)
        {
            answer.TrySetResult(new OperatorAnswer(false, $"{Words.Of(change.Verb)} of {engine.Name} failed: {mistake.Message}"));
        }
        finally
        {
            if (already is null)
                Close(subject);
        }
    }

    private string? Refusal(ChangeEngine change)
    {
        if (engines.All(e => e.Name != change.Engine))
            return $"no engine '{change.Engine}'; there are: {string.Join(", ", engines.Select(e => e.Name))}";
        var subject = Subject.Engine(change.Engine);
        return memory.Incidents.FirstOrDefault(i => i.State == IncidentState.Recovering && i.Touched.Contains(subject)) is { } busy
            ? $"incident {busy.Id} is being recovered and touches this engine; wait for it (npu-agent incidents show {busy.Id})"
            : null;
    }

    /// <summary>Also of one who does not wait for the answer.</summary>
    private async Task LogResultAsync(OperatorRequest request)
    {
        var answer = await request.Answer.Task;
        if (answer.Accepted)
            LogMessages.OperatorDid(log, request.Command.By, request.Command.What, answer.Text);
        else
            LogMessages.OperatorRefused(log, request.Command.By, request.Command.What, answer.Text);
    }

    private async Task<(bool Done, string Text)> DoAsync(SupervisedEngine engine, EngineVerb verb, CancellationToken cancellation)
    {
        if (verb is EngineVerb.Stop or EngineVerb.Restart)
        {
            var stop = await EngineStop.RunAsync(engine, _ => { }, clock, cancellation);
            if (!stop.IsStopped)
                return (false, $"engine {engine.Name} is not stopped: {stop.Text}");
            if (verb == EngineVerb.Stop)
                return (true, $"engine {engine.Name} is stopped and stays so until `npu-agent engine start {engine.Name}`");
        }

        if (verb == EngineVerb.Adopt)
        {
            var (adopted, how) = await starter.AdoptAsync(engine, cancellation);
            return (adopted, $"engine {engine.Name}: {how}");
        }

        if (engine.Host.Life() != EngineLife.Running && await release.WaitAsync(engine, _ => { }, cancellation) is { Released: false } held)
            return (false, $"engine {engine.Name} was not started: {held.Detail}");
        var started = await starter.StartAsync(engine, cancellation);
        if (!started.Started)
            return (false, $"engine {engine.Name} was not started: {started.Detail}");
        var (serves, detail) = await EngineReadiness.WaitAsync(engine, _ => { }, clock, cancellation);
        return (serves, $"engine {engine.Name}: {detail}");
    }
}
