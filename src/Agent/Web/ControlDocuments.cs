namespace Agent.Web;

/// <summary>What the command line asks of the daemon.</summary>
internal sealed record MaintenanceRequest(string Subject, double Minutes, string Reason, string By);

internal sealed record EngineRequest(string Verb, string Reason, string By);

/// <summary>What the daemon did.</summary>
internal sealed record ControlAnswer(bool Accepted, string Text);
