using Agent.Domain;
using Agent.Domain.Incidents;
using Agent.Domain.Recovery;
using Agent.Reports;

namespace Agent.Supervision;

internal static partial class LogMessages
{
    private static readonly EventId Happened = new(100, nameof(Happened));
    private static readonly EventId Goes = new(101, nameof(Progress));

    /// <param name="log">The log.</param>
    /// <param name="incident">The incident as it is after the event.</param>
    /// <param name="happened">The event.</param>
    public static void Changed(ILogger log, Incident incident, IncidentEvent happened)
    {
        if (happened is not SeenAgain)
            new IncidentLine("Incident {Incident}: {Text}", incident.Id, TimelineText.Of(happened, Language.English))
            {
                Fault = incident.Fault,
                Subject = incident.Subject,
                Step = StepOf(happened),
            }.WriteTo(log, Happened);
    }

    /// <summary>A step of its recovery takes time.</summary>
    public static void Progress(ILogger log, string incident, Step step, string text) =>
        new IncidentLine("Incident {Incident}: ... {Text}", incident, text) { Subject = step.Subject, Step = step }.WriteTo(log, Goes);

    private static Step? StepOf(IncidentEvent happened) => happened switch
    {
        StepStarted begun => begun.Step,
        StepEnded ended => ended.Step,
        _ => null,
    };

    [LoggerMessage(102, LogLevel.Error, "A message of kind {Kind} could not be handled")]
    public static partial void MessageFailed(ILogger log, Exception mistake, string kind);

    [LoggerMessage(103, LogLevel.Error, "The recovery of incident {Incident} broke off")]
    public static partial void RecoveryFailed(ILogger log, Exception mistake, string incident);

    [LoggerMessage(105, LogLevel.Warning, "{Text}")]
    public static partial void Warned(ILogger log, string text);

    [LoggerMessage(112, LogLevel.Information, "engine {Engine}: {Text}")]
    public static partial void ToldOfEngine(ILogger log, string engine, string text);

    [LoggerMessage(113, LogLevel.Warning, "engine {Engine}: {Text}")]
    public static partial void WarnedOfEngine(ILogger log, string engine, string text);

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

    [LoggerMessage(114, LogLevel.Warning,
        "Nothing reaches '{Channel}' since {Since:u}: {Problem} ({Waiting}). It is tried on; npu-agent notify list shows more")]
    public static partial void ChannelFails(ILogger log, string channel, DateTimeOffset since, string problem, string waiting);

    [LoggerMessage(115, LogLevel.Information, "Messages reach '{Channel}' again, after {Time}")]
    public static partial void ChannelPasses(ILogger log, string channel, string time);

    [LoggerMessage(116, LogLevel.Information, "Health report made: {Page}")]
    public static partial void ReportMade(ILogger log, string page);

    [LoggerMessage(106, LogLevel.Critical,
        "The agent ends by an error that was not foreseen: {Reason}. Engines go on; a service manager starts the agent again. Please report it with these "
        + "lines")]
    public static partial void Broke(ILogger log, Exception mistake, string reason);
}
