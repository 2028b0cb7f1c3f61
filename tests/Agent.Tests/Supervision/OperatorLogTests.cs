using Agent.Configuration;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.ForeignText;
using Agent.Storage;
using Agent.Supervision;
using Agent.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Supervision;

/// <summary>What operators ask is in the log with who asked, what, and what came of it; and in the history of the incidents that it may mend.</summary>
public sealed class OperatorLogTests : IDisposable
{
    private const string Who = "root (uid 0, gid 0, pid 4711 'npu-agent')";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(Story.Start.AddMinutes(10));
    private readonly CollectingLog _log = new();
    private readonly AgentSettings _settings;
    private readonly Database _database;

    public OperatorLogTests()
    {
        var yaml = $"state_folder: {_folder.Path}\nmode: observe\nengines: [ {{ name: deepseek, model: /m, chips: [0/0] }} ]";
        _settings = SettingsFile.Parse("/etc/t.yaml", yaml, _ => false).Settings!;
        _database = Database.Open(_settings.StateFolder, _clock.GetUtcNow());
        using var journal = OpenJournal.Of(_database, _clock);
        IReadOnlyList<IncidentEvent> events =
            [.. Story.Suspicion(Story.Start), new Confirmed(Story.Start, "seen twice"), new HandedOver(Story.Start, "a person has to act")];
        journal.Append(Story.Changes("a", events), [Story.Fold("a", events)]);
    }

    [Fact]
    public async Task What_was_done_and_what_was_not_is_logged_with_who_asked()
    {
        using var stop = new CancellationTokenSource();
        var daemon = Daemon();
        var running = daemon.Loop.RunAsync(Task.CompletedTask, stop.Token);
        var engine = Subject.Engine("deepseek");
        OperatorCommand[] asked =
        [
            new SetMaintenance(Who, engine, TimeSpan.FromMinutes(90), "driver update"),
            new ChangeEngine(Who, "qwen", EngineVerb.Restart, ""),
            new EndMaintenance(Who, engine),
        ];
        List<bool> accepted = [];
        foreach (var command in asked)
            accepted.Add((await daemon.Loop.AskAsync(command, CancellationToken.None)).Accepted);
        accepted.ShouldBe([true, false, true]);
        (await _log.LineAsync($"Operator {Who}: maintenance of engine:deepseek")).ShouldBe(
            $"Information: Operator {Who}: maintenance of {engine} for 1h30m (driver update): done: maintenance of {engine} until 2026-03-01 04:40:00Z");
        (await _log.LineAsync($"Operator {Who}: restart of engine qwen")).ShouldBe(
            $"Warning: Operator {Who}: restart of engine qwen: not done: no engine 'qwen'; there are: deepseek");
        (await _log.LineAsync($"Operator {Who}: end of maintenance")).ShouldBe(
            $"Information: Operator {Who}: end of maintenance of {engine}: done: maintenance of {engine} ended");
        await daemon.Loop.AskAsync(new AskStatus("status"), CancellationToken.None);
        _log.Lines.ShouldNotContain(l => l.Contains("Operator status", StringComparison.Ordinal));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_hand_on_an_engine_is_in_the_history_of_its_incident()
    {
        using var stop = new CancellationTokenSource();
        var daemon = Daemon();
        var running = daemon.Loop.RunAsync(Task.CompletedTask, stop.Token);
        await daemon.Loop.AskAsync(new SetMaintenance(Who, Subject.Host, TimeSpan.FromMinutes(5), ""), CancellationToken.None);
        await daemon.Loop.AskAsync(new ChangeEngine(Who, "deepseek", EngineVerb.Stop, ""), CancellationToken.None);
        // What the loop is asked next comes after the record of what it was asked before.
        await daemon.Loop.AskAsync(new AskStatus("status"), CancellationToken.None);
        var store = new IncidentStore(_database.Connect(), TextGate.OfPatterns);
        var hands = store.Load("a")!.Events.OfType<PersonActed>();
        hands.Select(e => (e.By, e.What)).ShouldBe([(Who, "maintenance of host for 5m"), (Who, "stop of engine deepseek")]);
        (await _log.LineAsync("Incident a: ")).ShouldBe($"Information: Incident a: {Who} acted: maintenance of host for 5m");
        await stop.CancelAsync();
        await running;
    }

    [Theory]
    [InlineData(IncidentState.Recovering, false, true)]
    [InlineData(IncidentState.Verifying, false, true)]
    [InlineData(IncidentState.Confirmed, true, true)]
    [InlineData(IncidentState.Resolved, false, false)]
    public void A_window_takes_nothing_away_from_a_recovery_under_way_and_nothing_counts_for_what_is_over(IncidentState state, bool window, bool engine)
    {
        var incident = Story.Fold("a", Story.Suspicion(Story.Start)) with { State = state };
        OperatorHands.Of(new SetMaintenance(Who, Subject.Host, TimeSpan.FromHours(1), ""), [incident], Story.Start).Count.ShouldBe(window ? 1 : 0);
        OperatorHands.Of(new ChangeEngine(Who, "deepseek", EngineVerb.Restart, ""), [incident], Story.Start).Count.ShouldBe(engine ? 1 : 0);
        OperatorHands.Of(new ChangeEngine(Who, "qwen", EngineVerb.Restart, ""), [incident], Story.Start).ShouldBeEmpty();
        OperatorHands.Of(new EndMaintenance(Who, Subject.Host), [incident], Story.Start).ShouldBeEmpty();
    }

    [Fact]
    public void A_start_says_by_what_it_goes_and_what_it_found()
    {
        var parts = Composition.Parts(_settings, keeps: false, _clock);
        StartText.Of(_settings, [Subject.Chip(0, 0), Subject.Chip(1, 0)]).ShouldBe(
            "configuration /etc/t.yaml, profile ascend (auto: neither ascend-dlog nor msnpureport was found on PATH), mode observe, "
            + $"state folder {_folder.Path}, 1 engine (deepseek), 2 chips known (0/0, 1/0)");
        StartText.Of(_settings, []).ShouldEndWith(", no chips known yet");
        var incident = Story.Fold("a", [.. Story.Suspicion(Story.Start), new HandedOver(Story.Start, "")]);
        var over = incident with { Id = "b", State = IncidentState.Resolved };
        StartText.TakenUp(parts.Engines, [incident, over], [new(Subject.Host, Story.Start, Story.Start.AddHours(1), "root", "")], Story.Start).ShouldBe(
            "engine deepseek: stopped; incident a: engine-exited on engine:deepseek, handed-over; maintenance of host until 2026-03-01 04:00:00Z by root");
        StartText.TakenUp([], [], [], Story.Start).ShouldBe("nothing");
    }

    public void Dispose()
    {
        _log.Dispose();
        _folder.Dispose();
    }

    private Daemon Daemon() => Composition.Daemon(QuietDaemon.Parts(_settings, _database, _clock) with { Logs = _log });
}
