using Agent.Commands;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Agent.Tests.Commands;

public sealed class JournalFormatTests
{
    [Fact]
    public void Each_line_has_its_priority_and_no_time()
    {
        var lines = new WrittenLines();
        using (var log = new LoggerConfiguration().MinimumLevel.Debug().WriteTo.Sink(lines).CreateLogger())
        {
            log.Information("engine {Name} starts", "deepseek");
            log.Warning(new InvalidOperationException("second line"), "first line");
        }

        lines.Text.ShouldBe("<6>engine deepseek starts\n<4>first line\n<4>System.InvalidOperationException: second line\n");
    }

    private sealed class WrittenLines : ILogEventSink
    {
        private readonly StringWriter _text = new() { NewLine = "\n" };

        public string Text => _text.ToString();

        public void Emit(LogEvent logEvent) => new JournalFormat().Format(logEvent, _text);
    }
}
