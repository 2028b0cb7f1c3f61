using Agent.Domain;
using Agent.Domain.Engines;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Probes;

namespace Agent.Supervision;

/// <summary>All that can reach the supervision loop. Nothing else changes its state.</summary>
internal abstract record Message;

/// <summary>A probe looked.</summary>
internal sealed record Looked(ProbeLook Look) : Message;

/// <summary>What a probe saw of an engine before its look is over.</summary>
internal sealed record SeenMeanwhile(Subject Engine, EngineSign Sign) : Message;

/// <summary>The main process of an engine is gone. The probes say what that means.</summary>
internal sealed record EngineEnded(Subject Engine) : Message;

/// <summary>The database was read from one end to the other.</summary>
/// <param name="Generation">Which file it was.</param>
/// <param name="Damage">What is wrong with it; null when it is whole.</param>
internal sealed record DatabaseLooked(int Generation, string? Damage) : Message;

/// <summary>The channels to people were looked at.</summary>
internal sealed record ChannelsLooked(Observation Seen) : Message;

/// <summary>A recovery goes on. The runner waits until the event is on disk before it does what the event says.</summary>
internal sealed record RecoveryEvent(string IncidentId, IncidentEvent Event, TaskCompletionSource<bool> OnDisk) : Message;

/// <summary>The recovery task ended, however it ended.</summary>
internal sealed record RecoveryTaskEnded(string IncidentId, Exception? Mistake) : Message;

/// <summary>An operator asked for something through the control socket.</summary>
internal sealed record OperatorRequest(OperatorCommand Command, TaskCompletionSource<OperatorAnswer> Answer) : Message;

/// <summary>A change of an engine that an operator asked for is over, however it ended.</summary>
internal sealed record EngineChanged(ChangeEngine Change, ChangeOutcome Outcome, TaskCompletionSource<OperatorAnswer> Answer) : Message;

/// <summary>What an operator can ask of the daemon.</summary>
/// <param name="By">Who asks, as the kernel says it.</param>
/// <param name="What">What is asked, for the log and the history of incidents.</param>
internal abstract record OperatorCommand(string By, string What)
{
    protected static string Because(string reason) => reason.Length == 0 ? "" : $" ({reason})";
}

internal sealed record SetMaintenance(string By, Subject Subject, TimeSpan Duration, string Reason)
    : OperatorCommand(By, $"maintenance of {Subject} for {Durations.Text(Duration)}{Because(Reason)}");

internal sealed record EndMaintenance(string By, Subject Subject) : OperatorCommand(By, $"end of maintenance of {Subject}");

internal enum EngineVerb
{
    Start,
    Stop,
    Restart,

    /// <summary>Take over what somebody else started.</summary>
    Adopt,
}

internal sealed record ChangeEngine(string By, string Engine, EngineVerb Verb, string Reason)
    : OperatorCommand(By, $"{Words.Of(Verb)} of engine {Engine}{Because(Reason)}");

/// <summary>What was given up is sent again.</summary>
internal sealed record RetryNotices(string By, string? Channel, string? Notice)
    : OperatorCommand(By, $"retry of notices{(Channel is null ? "" : $" to {Channel}")}{(Notice is null ? "" : $", {Notice}")}");

/// <summary>The present state, for the status page and the status command.</summary>
internal sealed record AskStatus(string By) : OperatorCommand(By, "status");

/// <param name="Accepted">False: nothing was done, and the text says why.</param>
internal sealed record OperatorAnswer(bool Accepted, string Text, SupervisionStatus? Status = null);
