using Agent.Domain;
using Agent.Domain.Incidents;
using Agent.Reports;

namespace Agent.Supervision;

internal static partial class LogMessages
{
    public static void Changed(ILogger log, string incident, IncidentEvent happened)
    {
        if (happened is not SeenAgain)
            Happened(log, incident, TimelineText.Of(happened, Language.English));
    }

    [LoggerMessage(100, LogLevel.Information, "Incident {Incident}: {Text}")]
    private static partial void Happened(ILogger log, string incident, string text);

    [LoggerMessage(101, LogLevel.Information, "Incident {Incident}: ... {Text}")]
    public static partial void Progress(ILogger log, string incident, string text);

    [LoggerMessage(102, LogLevel.Error, "A message of kind {Kind} could not be handled")]
    public static partial void MessageFailed(ILogger log, Exception mistake, string kind);

    [LoggerMessage(103, LogLevel.Error, "The recovery of incident {Incident} broke off")]
    public static partial void RecoveryFailed(ILogger log, Exception mistake, string incident);

    [LoggerMessage(104, LogLevel.Information, "{Text}")]
    public static partial void Told(ILogger log, string text);

    [LoggerMessage(105, LogLevel.Warning, "{Text}")]
    public static partial void Warned(ILogger log, string text);

    [LoggerMessage(107, LogLevel.Information, "npu-agent {Version} starts: {Text}")]
    public static partial void Starts(ILogger log, string version, string text);

    [LoggerMessage(108, LogLevel.Information, "Taken up: {Text}")]
    public static partial void TakenUp(ILogger log, string text);

    [LoggerMessage(109, LogLevel.Information, "npu-agent stops after {Ran}: {Why}. Engines go on")]
    public static partial void Stops(ILogger log, string ran, string why);

    [LoggerMessage(110, LogLevel.Information, "Operator {Who}: {What}: done: {Result}")]
    public static partial void OperatorDid(ILogger log, string who, string what, string result);

    [LoggerMessage(111, LogLevel.Warning, "Operator {Who}: {What}: not done: {Result}")]
    public static partial void OperatorRefused(ILogger log, string who, string what, string result);

    [LoggerMessage(106, LogLevel.Critical, "The agent ends by an error that was not foreseen: {Reason}. Engines go on; a service manager starts the agent again. Please report it with these lines")]
    public static partial void Broke(ILogger log, Exception mistake, string reason);
}
