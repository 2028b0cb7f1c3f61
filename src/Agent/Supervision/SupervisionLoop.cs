using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Storage;
using Agent.Supervision.Reporting;

namespace Agent.Supervision;

/// <summary>
/// The one owner of the agent's state. Observations, events of a running recovery and requests of operators are messages to
/// it; after each it asks the policy, writes what was decided, and only then acts. There are no locks because nothing else
/// changes anything here.
/// </summary>
internal sealed class SupervisionLoop(
    SupervisionMemory memory,
    Journal journal,
    DatabaseWatch database,
    PlanRunner runner,
    OperatorDesk desk,
    ExitWatch exits,
    LoopEffects effects,
    Heartbeat heart,
    TimeProvider clock,
    ILogger<SupervisionLoop> log)
{
    private static readonly TimeSpan DismissedKept = TimeSpan.FromHours(1);

    private readonly Channel<Message> _messages = Channel.CreateBounded<Message>(new BoundedChannelOptions(4096) { SingleReader = true });
    private Task _recovery = Task.CompletedTask;
    private readonly ClockSteps _steps = new(journal, clock, log);
    private Task _beat = Task.CompletedTask;

    public ValueTask PostAsync(Message message, CancellationToken cancellation = default) => _messages.Writer.WriteAsync(message, cancellation);

    public async Task<OperatorAnswer> AskAsync(OperatorCommand command, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<OperatorAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        await PostAsync(new OperatorRequest(command, answer), cancellation);
        return await answer.Task.WaitAsync(cancellation);
    }

    /// <param name="takenUp">The engines were adopted or started. Before that nothing is decided about them: messages wait.</param>
    /// <param name="cancellation">The agent stops.</param>
    public async Task RunAsync(Task takenUp, CancellationToken cancellation)
    {
        heart.Ready();
        try
        {
            await BeatUntilAsync(takenUp);
            await takenUp;
            TakeUpWhatWasInterrupted();
            Follow();
            while (true)
            {
                var more = _messages.Reader.WaitToReadAsync(cancellation).AsTask();
                await BeatUntilAsync(more);
                await more;
                while (_messages.Reader.TryRead(out var message))
                {
                    _steps.Look();
                    Handle(message, cancellation);
                    heart.Turned();
                    Follow();
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The agent stops. Engines go on serving; a recovery under way is taken up by the next agent.
        }

        await _recovery;

        void Follow() => exits.Follow(message => PostAsync(message, cancellation), cancellation);
    }

    /// <summary>A quiet host is no loop that stands still.</summary>
    private async Task BeatUntilAsync(Task awaited)
    {
        while (true)
        {
            if (_beat.IsCompleted)
            {
                heart.Turned();
                _beat = Task.Delay(heart.Interval, clock, CancellationToken.None);
            }

            if (await Task.WhenAny(awaited, _beat) == awaited)
                return;
        }
    }

    private void TakeUpWhatWasInterrupted()
    {
        foreach (var incident in memory.Incidents.Where(i => i.State == IncidentState.Recovering).ToList())
            Record(incident.Id, new Interrupted(clock.GetUtcNow(), incident.Running is { } step ? $"the agent ended during {step}"
                : "the agent ended between two steps"));
    }

    [SuppressMessage("Design", "CA1031", Justification = "Later trouble never stops supervision: one bad message is logged, the next is handled.")]
    private void Handle(Message message, CancellationToken cancellation)
    {
        try
        {
            switch (message)
            {
                case Looked looked:
                    effects.Looked(looked.Look);
                    foreach (var observation in looked.Look.Observations)
                        See(observation.Subject, () => memory.See(observation, clock.GetUtcNow()));
                    break;
                case SeenMeanwhile seen:
                    See(seen.Engine, () => memory.See(seen.Engine, seen.Sign, clock.GetUtcNow()));
                    break;
                case EngineEnded ended:
                    effects.LookNow(ended.Engine);
                    break;
                case ChannelsLooked channels:
                    See(channels.Seen.Subject, () => memory.See(channels.Seen, clock.GetUtcNow()));
                    break;
                case ReportMade report:
                    journal.AppendReport(clock.GetUtcNow(), report.Name, report.Receivers);
                    effects.Recorded([]);
                    break;
                case DatabaseLooked looked:
                    database.Take(looked);
                    break;
                case RecoveryEvent step:
                    step.OnDisk.SetResult(Record(step.IncidentId, step.Event));
                    if (step.Event is RecoveryEnded)
                        AfterRecovery(step.IncidentId);
                    break;
                case RecoveryTaskEnded recovery:
                    if (recovery.Mistake is { } mistake)
                        LogMessages.RecoveryFailed(log, mistake, recovery.IncidentId);
                    break;
                case OperatorRequest request:
                    if (desk.Begin(request, message => PostAsync(message, cancellation), cancellation) is { Count: > 0 } hands)
                        Record(hands);
                    break;
                case EngineChanged changed:
                    desk.End(changed);
                    break;
                default:
                    throw new InvalidOperationException($"no handling for message {message.GetType().Name}");
            }

            Decide(cancellation);
            if (memory.LookAtService(clock.GetUtcNow()) is { } ledger)
                journal.Append(ledger);
        }
        catch (Exception mistake) when (mistake is not OperationCanceledException)
        {
            LogMessages.MessageFailed(log, mistake, message.GetType().Name);
            FailWaiting(message, mistake);
        }
    }

    private void See(Subject subject, Func<Observation?> see)
    {
        var wasDoubted = memory.Picture.Engine(subject).IsDoubted;
        if (see() is { } verdict)
            effects.Judged(verdict);
        // The verdict waits for the word of whoever may have paused the engine.
        if (!wasDoubted && memory.Picture.Engine(subject).IsDoubted)
            effects.LookNow(subject);
    }

    private void Decide(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        memory.Forget(now, DismissedKept);
        // A host that is quiet again appends nothing, and what the disk refused would wait for ever.
        if (journal.Trouble is not null)
            journal.WriteWaiting();
        foreach (var seen in database.Look(now))
            memory.See(seen, now);
        memory.CannotRecord = journal.Trouble?.Text;
        var plan = RecoveryPolicy.Decide(memory.Picture, memory.Incidents, memory.Budgets, memory.Settings(now), now);
        memory.LastPlan = plan;
        if (plan.Changes.Count == 0)
            return;

        Record(plan.Changes);
        // A suspicion is looked into at once, and so is what may be its cause.
        if (plan.Changes.Any(c => c.Event is Suspected or HeldBack))
            effects.LookNow(null);
        if (plan.Recovery is { } recovery)
            _recovery = RunRecoveryAsync(recovery.IncidentId, recovery.Recovery, cancellation);
        // A disk that refused just now is told at once.
        if (memory.CannotRecord is null && journal.Trouble is not null)
            Decide(cancellation);
    }

    private async Task RunRecoveryAsync(string incidentId, RecoveryPlanned recovery, CancellationToken cancellation)
    {
        Exception? mistake = null;
        try
        {
            await Task.Yield();
            await runner.RunAsync(incidentId, recovery, e => RecordFromRunnerAsync(incidentId, e, cancellation),
                (step, text) => LogMessages.Progress(log, incidentId, step, text), cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }
        catch (InvalidOperationException broken)
        {
            mistake = broken;
        }

        await PostAsync(new RecoveryTaskEnded(incidentId, mistake), cancellation);
    }

    private async Task<bool> RecordFromRunnerAsync(string incidentId, IncidentEvent happened, CancellationToken cancellation)
    {
        var onDisk = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await PostAsync(new RecoveryEvent(incidentId, happened, onDisk), cancellation);
        return await onDisk.Task.WaitAsync(cancellation);
    }

    private void AfterRecovery(string incidentId)
    {
        // What was seen before describes a host that is no more.
        if (memory.Find(incidentId) is { } incident)
            memory.ForgetSightings(incident, clock.GetUtcNow());
        effects.LookNow(null);
    }

    private bool Record(string incidentId, IncidentEvent happened) => Record([new IncidentChange(incidentId, happened)]);

    private bool Record(IReadOnlyList<IncidentChange> changes)
    {
        changes = journal.Kept(changes);
        memory.Apply(changes);
        var onDisk = journal.Append(changes, memory.Incidents);
        foreach (var change in changes)
        {
            if (memory.Find(change.IncidentId) is { } incident)
                LogMessages.Changed(log, incident, change.Event);
        }

        effects.Recorded(changes);
        return onDisk;
    }

    private static void FailWaiting(Message message, Exception mistake)
    {
        if (message is OperatorRequest request)
            request.Answer.TrySetResult(new OperatorAnswer(false, $"the agent failed to do it: {mistake.Message}"));
        if (message is EngineChanged changed)
            changed.Answer.TrySetResult(new OperatorAnswer(false, $"the agent failed to tell what came of it: {mistake.Message}"));
        if (message is RecoveryEvent step)
            step.OnDisk.TrySetResult(false);
    }
}
