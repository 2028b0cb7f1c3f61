namespace Agent.Web;

internal static partial class LogMessages
{
    [LoggerMessage(120, LogLevel.Error, "{Method} {Path} could not be answered")]
    public static partial void AnswerFailed(ILogger log, Exception mistake, string method, string path);

    [LoggerMessage(121, LogLevel.Warning, "{Text}")]
    public static partial void Warned(ILogger log, string text);

    [LoggerMessage(122, LogLevel.Information, "{Who} asks for {What}")]
    public static partial void Asked(ILogger log, string who, string what);
}
