using Agent.Domain;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Engines;
using Agent.Storage;

namespace Agent.Supervision;

/// <summary>
/// Takes what operators ask through the control socket. Only the loop calls it, and all that it changes is the loop's. What takes long
/// runs beside the loop and comes back as a message; until then a maintenance window keeps the policy from taking a stopping engine
/// for a fault.
/// </summary>
internal sealed class OperatorDesk(
    SupervisionMemory memory,
    Journal journal,
    IReadOnlyList<SupervisedEngine> engines,
    EngineTurns turns,
    TimeProvider clock,
    ILogger<OperatorDesk> log)
{
    private static readonly TimeSpan LongestChange = TimeSpan.FromHours(2);

    /// <param name="request">What is asked.</param>
    /// <param name="post">Brings back to the loop what a change came to.</param>
    /// <param name="cancellation">The agent stops.</param>
    /// <returns>What it means for the history of incidents.</returns>
    public IReadOnlyList<IncidentChange> Begin(OperatorRequest request, Func<Message, ValueTask> post, CancellationToken cancellation)
    {
        if (request.Command is not AskStatus)
            _ = LogResultAsync(request);
        switch (request.Command)
        {
            case AskStatus:
                Answer(request.Answer, true, "");
                break;
            case SetMaintenance set:
                Answer(request.Answer, true, Set(set));
                break;
            case EndMaintenance end:
                Answer(request.Answer, true, End(end));
                break;
            case ChangeEngine change:
                if (Refusal(change) is { } refused)
                {
                    request.Answer.TrySetResult(new OperatorAnswer(false, refused));
                    return [];
                }

                _ = ChangeAsync(Begin(change), change, request.Answer, post, cancellation);
                break;
            default:
                Answer(request.Answer, false, $"unknown request {request.Command.GetType().Name}");
                return [];
        }

        return OperatorHands.Of(request.Command, memory.Incidents, clock.GetUtcNow());
    }

    /// <summary>A change is over, however it ended.</summary>
    public void End(EngineChanged changed)
    {
        memory.Unprotect(changed.Change);
        if (changed.Outcome.Done)
            Answer(changed.Answer, true, changed.Outcome.Text);
        else
            changed.Answer.TrySetResult(new OperatorAnswer(false, changed.Outcome.Text));
    }

    private void Answer(TaskCompletionSource<OperatorAnswer> answer, bool accepted, string text) =>
        answer.TrySetResult(new OperatorAnswer(accepted, text, memory.Status(clock.GetUtcNow())));

    private string Set(SetMaintenance set)
    {
        var now = clock.GetUtcNow();
        var window = new Maintenance(set.Subject, now, now + set.Duration, set.By, set.Reason);
        memory.Open(window);
        journal.Append(now, window);
        return $"maintenance of {set.Subject} until {window.Until:u}";
    }

    private string End(EndMaintenance end)
    {
        var now = clock.GetUtcNow();
        memory.Close(end.Subject);
        journal.Append(now, new Maintenance(end.Subject, now, now, end.By, "ended"));
        return $"maintenance of {end.Subject} ended";
    }

    private SupervisedEngine Begin(ChangeEngine change)
    {
        var engine = engines.First(e => e.Name == change.Engine);
        var now = clock.GetUtcNow();
        memory.Protect(change, new Maintenance(engine.Settings.Subject, now, now + LongestChange, change.By, $"engine {Words.Of(change.Verb)} by an operator"));
        memory.Want(engine, change.Verb != EngineVerb.Stop);
        journal.Append(now, new EngineWanted(engine.Name, change.Verb != EngineVerb.Stop, change.By, change.Reason));
        return engine;
    }

    private async Task ChangeAsync(SupervisedEngine engine, ChangeEngine change, TaskCompletionSource<OperatorAnswer> answer, Func<Message, ValueTask> post,
        CancellationToken cancellation)
    {
        var outcome = await turns.RunAsync(engine, change.Verb, cancellation);
        try
        {
            await post(new EngineChanged(change, outcome, answer));
        }
        catch (OperationCanceledException)
        {
            // The loop ends with the agent, and takes no message any more.
            answer.TrySetResult(new OperatorAnswer(false, outcome.Text));
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
}
