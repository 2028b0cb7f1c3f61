using Agent.Domain;
using Agent.Domain.Incidents;
using Agent.Domain.Recovery;
using Agent.Reports;
using Agent.Supervision;
using Microsoft.Extensions.Logging;

namespace Agent.Tests.Supervision;

/// <summary>A line of the log is text for people, and fields for a log that keeps them.</summary>
public sealed class LogFieldTests
{
    private readonly FieldLog _log = new();

    [Fact]
    public void A_line_of_an_incident_has_fault_subject_and_step_as_fields()
    {
        var events = Story.Recovered(Story.Start);
        var incident = Story.Fold("a", events);
        foreach (var happened in events)
            LogMessages.Changed(_log, incident, happened);
        _log.Lines.Select(l => l.Text).ShouldBe(events.Select(e => $"Incident a: {TimelineText.Of(e, Language.English)}"));
        _log.Lines.ShouldAllBe(l => l.Has("Incident", "a") && l.Has("Fault", "engine-exited") && l.Has("Subject", "engine:deepseek"));
        _log.Lines.Where(l => l.Has("Step", "start-engine")).Select(l => l.Text).ShouldBe(
            [.. events.Where(e => e is StepStarted or StepEnded).Select(e => $"Incident a: {TimelineText.Of(e, Language.English)}")]);
    }

    [Fact]
    public void What_is_seen_again_and_again_is_not_logged()
    {
        LogMessages.Changed(_log, Story.Fold("a", Story.Suspicion(Story.Start)), new SeenAgain(Story.Start, "gone"));
        _log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Progress_of_a_step_names_the_step()
    {
        LogMessages.Progress(_log, "a", new Step(StepKind.StopEngine, Story.Engine), "12 of 30 s");
        _log.Lines.ShouldHaveSingleItem().Text.ShouldBe("Incident a: ... 12 of 30 s");
        _log.Lines[0].Has("Step", "stop-engine").ShouldBeTrue();
    }

    [Fact]
    public void A_line_of_an_engine_has_its_name_as_a_field()
    {
        LogMessages.ToldOfEngine(_log, "deepseek", "not started, mode is observe");
        LogMessages.WarnedOfEngine(_log, "deepseek", "somebody masked the unit");
        _log.Lines.Select(l => l.Text).ShouldBe(["engine deepseek: not started, mode is observe", "engine deepseek: somebody masked the unit"]);
        _log.Lines.ShouldAllBe(l => l.Has("Engine", "deepseek"));
    }

    private sealed record Line(string Text, IReadOnlyList<KeyValuePair<string, object?>> Fields)
    {
        public bool Has(string name, string value) => Fields.Any(f => f.Key == name && Equals(f.Value, value));
    }

    private sealed class FieldLog : ILogger
    {
        public List<Line> Lines { get; } = [];

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(new Line(formatter(state, exception), [.. (IReadOnlyList<KeyValuePair<string, object?>>)state!]));

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
