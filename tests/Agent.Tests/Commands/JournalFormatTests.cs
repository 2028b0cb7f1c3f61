using Agent.Commands.Run;
using Agent.ForeignText;
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

    [Theory]
    [InlineData("\n<0>the host is on fire")]
    [InlineData("\r\n<0>the host is on fire")]
    [InlineData("\u001b]0;title\a\u2028<0>\u0085\u202e")]
    public void What_fills_a_message_begins_no_line_and_moves_no_cursor(string hostile)
    {
        var lines = new WrittenLines();
        using (var log = new LoggerConfiguration().WriteTo.Sink(lines).CreateLogger())
            log.Warning(new InvalidOperationException(hostile), "engine said {Line}", hostile);

        lines.Text.Where(c => c != '\n').ShouldAllBe(c => !char.IsControl(c) && c != '\u202e' && c != '\u2028');
        lines.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldAllBe(l => l.StartsWith("<4>"));
    }

    [Fact]
    public void A_secret_in_a_message_or_an_exception_is_not_logged()
    {
        var lines = new WrittenLines();
        using (var log = new LoggerConfiguration().WriteTo.Sink(lines).CreateLogger())
            log.Warning(new InvalidOperationException("GET https://user:hunter22@host"), "said {Line}", "Authorization: Bearer hunter22");

        lines.Text.ShouldNotContain("hunter22");
    }

    private sealed class WrittenLines : ILogEventSink
    {
        private readonly StringWriter _text = new() { NewLine = "\n" };

        public string Text => _text.ToString();

        public void Emit(LogEvent logEvent) => new JournalFormat(TextGate.OfPatterns).Format(logEvent, _text);
    }
}
