using System.Globalization;
using Agent.ForeignText;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace Agent.Commands;

/// <summary>
/// A line of the agent's log, and a line for each of an exception. The message passes the gate as a whole, whoever filled it
/// in: a line end in it would begin a line that the agent never wrote, or in the journal one of another priority.
/// </summary>
/// <param name="head">Template of what stands before the message.</param>
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
