namespace Agent.Web;

/// <summary>A request of the command line to the daemon.</summary>
/// <param name="Subject"><c>host</c> or <c>engine:NAME</c>.</param>
/// <param name="Minutes">0 ends the maintenance.</param>
/// <param name="Reason">The reason for the journal.</param>
/// <param name="ClaimedBy">The user for whom the client says that it asks. The daemon asks the kernel for the real user.</param>
internal sealed record MaintenanceRequest(string Subject, double Minutes, string Reason, string? ClaimedBy);

internal sealed record EngineRequest(string Verb, string Reason, string? ClaimedBy);

/// <param name="Channel">Null: of every receiver.</param>
/// <param name="Notice">Null: all.</param>
internal sealed record RetryRequest(string? Channel, string? Notice, string? ClaimedBy);

/// <summary>The result of a request, in words of the daemon.</summary>
internal sealed record ControlAnswer(bool Accepted, string Text);
