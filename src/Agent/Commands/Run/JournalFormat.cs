using Agent.ForeignText;
using Serilog.Events;
using Serilog.Formatting;

namespace Agent.Commands.Run;

/// <summary>
/// Lines for the systemd journal. The journal adds the time, so each line begins with a priority, by which `journalctl -p warning` finds it.
/// </summary>
internal sealed class JournalFormat(TextGate gate) : ITextFormatter
{
    private readonly LogLines _text = new("", gate);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        var priority = logEvent.Level switch
        {
            LogEventLevel.Fatal => 2,
            LogEventLevel.Error => 3,
            LogEventLevel.Warning => 4,
            LogEventLevel.Information => 6,
            _ => 7,
        };
        foreach (var line in _text.Of(logEvent))
            output.WriteLine($"<{priority}>{line}");
    }
}
