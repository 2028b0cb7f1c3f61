using System.Globalization;
using Agent.ForeignText;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace Agent.Commands.Run;

/// <summary>
/// A line of the agent's log, with a line for each line of an exception. The whole message passes the gate, whatever was filled into
/// it. Without this, a line end in it would begin a line that the agent never wrote, or in the journal a line of another priority.
/// </summary>
/// <param name="head">Template of the text before the message.</param>
internal sealed class LogLines(string head, TextGate gate) : ITextFormatter
{
    private readonly MessageTemplateTextFormatter _head = new(head, CultureInfo.InvariantCulture);
    private readonly MessageTemplateTextFormatter _message = new("{Message:lj}", CultureInfo.InvariantCulture);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        foreach (var line in Of(logEvent))
            output.WriteLine(line);
    }

    public IEnumerable<string> Of(LogEvent logEvent)
    {
        yield return Rendered(_head, logEvent) + gate.Clean(Rendered(_message, logEvent));
        var trace = logEvent.Exception?.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];
        foreach (var line in trace)
            yield return gate.Clean(line.TrimEnd('\r'));
    }

    private static string Rendered(MessageTemplateTextFormatter formatter, LogEvent logEvent)
    {
        using var text = new StringWriter();
        formatter.Format(logEvent, text);
        return text.ToString();
    }
}
