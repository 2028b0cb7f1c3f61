using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace Agent.Commands;

/// <summary>Lines for the systemd journal, which has their time already: a priority in front of each, by which `journalctl -p warning` finds it.</summary>
internal sealed class JournalFormat : ITextFormatter
{
    private readonly MessageTemplateTextFormatter _text = new("{Message:lj}{NewLine}{Exception}", System.Globalization.CultureInfo.InvariantCulture);

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
        using var text = new StringWriter();
        _text.Format(logEvent, text);
        foreach (var line in text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
            output.WriteLine($"<{priority}>{line}");
    }
}
