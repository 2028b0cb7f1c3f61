using Agent.Adapters.Processes;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Engines;
using Agent.ForeignText;
using Agent.Supervision;

namespace Agent.Tests.Supervision;

/// <summary>What the open incidents ask of an engine's log.</summary>
public sealed class LogHoldsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SupervisedEngine _engine;

    public LogHoldsTests()
    {
        Directory.CreateDirectory(_folder.File("state"));
        var settings = SettingsFile.Parse("t.yaml", $"state_folder: {_folder.File("state")}\nengines:\n  - name: deepseek\n    model: /m\n    chips: [0/0]\n",
            _ => false).Settings!;
        _engine = Composition.Engine(settings, settings.Engines[0], TextGate.OfPatterns, keeps: true, new ProcessRunner(TimeProvider.System),
            new ProcessTable(), TimeProvider.System);
    }

    [Theory]
    [InlineData(FaultCodes.EngineLogFlood, "deepseek", IncidentState.Confirmed, true)]
    [InlineData(FaultCodes.EngineLogFlood, "deepseek", IncidentState.Suspected, true)]
    [InlineData(FaultCodes.EngineLogFlood, "deepseek", IncidentState.Resolved, false)]
    [InlineData(FaultCodes.EngineLogFlood, "deepseek", IncidentState.Dismissed, false)]
    [InlineData(FaultCodes.EngineLogFlood, "another", IncidentState.Confirmed, false)]
    [InlineData(FaultCodes.EngineLogUnbounded, "deepseek", IncidentState.Confirmed, false)]
    public void A_flood_is_told_while_its_incident_is_open(string fault, string engine, IncidentState state, bool isTold)
    {
        LogHolds.Set([_engine], [Incident(fault, engine, state)], FaultCatalog.Default, TimeSpan.Zero);
        _engine.Handle.LogHold.IsFloodTold.ShouldBe(isTold);
    }

    [Fact]
    public void A_note_holds_no_lines()
    {
        LogHolds.Set([_engine], [Incident(FaultCodes.EngineLogFlood, "deepseek", IncidentState.Confirmed)], FaultCatalog.Default, TimeSpan.Zero);
        _engine.Handle.LogHold.Holds(Story.Start).ShouldBeFalse();
        LogHolds.Set([_engine], [Incident(FaultCodes.EngineHung, "deepseek", IncidentState.Confirmed)], FaultCatalog.Default, TimeSpan.Zero);
        _engine.Handle.LogHold.Holds(Story.Start).ShouldBeTrue();
    }

    public void Dispose() => _folder.Dispose();

    private static Incident Incident(string fault, string engine, IncidentState state) => new()
    {
        Id = "20261124-101530-123",
        Fault = fault,
        Subject = Subject.Engine(engine),
        State = state,
        SuspectedAt = Story.Start,
        NamedAt = Story.Start,
        LastSeenAt = Story.Start,
        StateSince = Story.Start,
        Probe = "engine-log",
        Summary = "seen",
    };
}
