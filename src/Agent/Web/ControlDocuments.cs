namespace Agent.Web;

/// <summary>What the command line asks of the daemon.</summary>
/// <param name="Subject"><c>host</c> or <c>engine:NAME</c>.</param>
/// <param name="Minutes">0 ends it.</param>
/// <param name="Reason">For the journal.</param>
/// <param name="ClaimedBy">For whom the client says that it asks. Who it is, the daemon asks the kernel.</param>
internal sealed record MaintenanceRequest(string Subject, double Minutes, string Reason, string? ClaimedBy);

internal sealed record EngineRequest(string Verb, string Reason, string? ClaimedBy);

/// <summary>What the daemon did.</summary>
internal sealed record ControlAnswer(bool Accepted, string Text);
