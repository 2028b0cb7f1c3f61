using System.Text.Json;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Reports;
using Agent.Storage;

namespace Agent.Tests.Reports;

/// <summary>What scripts, webhooks and readers of reports get, byte for byte; accepted by reading it.</summary>
public sealed class DocumentTests
{
    private static readonly DateTimeOffset Now = Story.Start.AddMinutes(10);
    private static readonly IncidentHistory Recovered = History("20260301-030000-001", Story.Recovered(Story.Start));
    private static readonly IncidentHistory WithPerson = History("20260301-030000-002",
    [
        new Suspected(Story.Start, FaultCodes.ChipAlarm, Subject.Chip(1, 0), "chip-health", "chip 1/0 reports Alarm", ["8C03A000 reset"], "0000:C2:00.0"),
        new Confirmed(Story.Start.AddSeconds(2), "seen twice"),
        new EchoSeen(Story.Start.AddSeconds(3), FaultCodes.EngineExited, Story.Engine, "process 4711 is gone"),
        new HeldBack(Story.Start.AddSeconds(4), "maintenance of the host until 05:00"),
        new PersonActed(Story.Start.AddSeconds(5), "root (uid 0)", "restart of engine deepseek"),
        new HandedOver(Story.Start.AddSeconds(10), "a person has to act | <now>"),
    ]);

    [Fact]
    public void The_status_is_as_it_was_accepted() => Approve(JsonSerializer.Serialize(Status(), DocumentJson.Readable.StatusDocument), "json");

    [Fact]
    public void The_status_of_a_host_whose_clock_was_set_is_moved_as_a_whole() =>
        Approve(JsonSerializer.Serialize(Status().Moved(TimeSpan.FromHours(1)), DocumentJson.Readable.StatusDocument), "json");

    [Fact]
    public void A_status_is_read_as_it_was_written()
    {
        var written = JsonSerializer.Serialize(Status(), DocumentJson.Compact.StatusDocument);
        var read = JsonSerializer.Deserialize(written, DocumentJson.Compact.StatusDocument)!;
        JsonSerializer.Serialize(read, DocumentJson.Compact.StatusDocument).ShouldBe(written);
    }

    [Fact]
    public void Incidents_are_as_they_were_accepted() => Approve(
        JsonSerializer.Serialize([Document(Recovered), Document(WithPerson)], DocumentJson.Readable.IncidentDocumentArray), "json");

    [Fact]
    public void The_body_of_a_webhook_is_as_it_was_accepted() => Approve(
        JsonSerializer.Serialize(new WebhookBody("incident.confirmed", Now, "npu-host-1", Document(WithPerson)), DocumentJson.Compact.WebhookBody), "json");

    [Theory]
    [InlineData("en")]
    [InlineData("zh")]
    public void Every_event_has_its_line_in_the_timeline(string language)
    {
        var inLanguage = language == "zh" ? Language.Chinese : Language.English;
        var step = Story.EngineStart;
        IncidentEvent[] events =
        [
            .. Recovered.Events, .. WithPerson.Events,
            new SeenAgain(Now, "process 4711 is gone"), new CauseFound(Now, FaultCodes.DriverFailed, Subject.Driver, "driver-unit", "devdrv failed", []),
            new Dismissed(Now, "seen once"), new Interrupted(Now, "the agent ended"), new VerificationFailed(Now, "it was not seen well"),
            new RungRaised(Now, Rung.Engine, Rung.Chip, "budget spent"), new StepEnded(Now, step, false, "refused"), new RecoveryEnded(Now, false, "failed"),
        ];
        var kinds = typeof(IncidentEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(IncidentEvent)));
        kinds.Except(events.Select(e => e.GetType())).ShouldBeEmpty();
        string.Join('\n', events.Select(e => TimelineText.Of(e, inLanguage))).ShouldMatchApproved(c => c.WithDiscriminator(language).WithFileExtension(".txt"));
    }

    private static void Approve(string text, string extension) =>
        text.ShouldMatchApproved(c => c.WithFileExtension("." + extension).LocateTestMethodUsingAttribute<FactAttribute>());

    private static IncidentDocument Document(IncidentHistory history) =>
        IncidentDocument.Of(history.Incident, FaultCatalog.Default[history.Incident.Fault], history.Events);

    private static IncidentHistory History(string id, IReadOnlyList<IncidentEvent> events) => new(Story.Fold(id, events), events);

    private static StatusDocument Status()
    {
        var picture = HostPicture.Empty
            .With(Seen("chip-usage", Subject.Chip(0, 0), Verdict.Healthy, "AI core 12 %") with
            {
                Identity = "0000:C1:00.0",
                Measures = new Dictionary<string, double> { ["temperature_celsius"] = 44, ["aicore_utilization_ratio"] = 0.12 },
            })
            .With(Seen("chip-health", Subject.Chip(1, 0), Verdict.Faulty, "reports Alarm") with
            {
                Fault = FaultCodes.ChipAlarm,
                Evidence = ["1", "2", "3", "4", "5", "6"],
                NextStep = "npu-agent faults 8C03A000",
            })
            .With(Seen("engine-canary", Story.Engine, Verdict.CouldNotLook, "not answered within 20 s") with { Serving = false })
            .With(Seen("disk-space", Subject.Host, Verdict.Healthy, "77.1 GiB free") with { At = Story.Start.AddHours(-1) });
        var budgets = new Budgets(
            new Dictionary<StepKind, Budget> { [StepKind.ResetChip] = new(2, TimeSpan.FromHours(6)) },
            [new BudgetUse(StepKind.ResetChip, Subject.Chip(1, 0), Story.Start),
             new BudgetUse(StepKind.ResetChip, Subject.Chip(1, 0), Story.Start.AddHours(-9))]);
        var settings = new RecoverySettings
        {
            Layout = new HostLayout([], [Subject.Chip(0, 0), Subject.Chip(1, 0)], ResetScope.Chip),
            Maintenances = [new Maintenance(Subject.Host, Story.Start, Story.Start.AddHours(2), "alice", "the driver is exchanged")],
        };
        var status = new SupervisionStatus(Now, picture, [Recovered.Incident, WithPerson.Incident], budgets, settings, new Plan([]));
        return StatusDocument.Of(status, "ascend",
            [
                new EngineStatus
                {
                    Name = "deepseek",
                    Life = "running",
                    Stage = "serving",
                    Wanted = true,
                    ProcessId = 4711,
                    StartedAt = Story.Start,
                    Model = "/models/r1",
                    Address = "http://127.0.0.1:8000/",
                    Chips = ["0/0"],
                    Log = "/log/1.log",
                    Verdict = Hung(),
                },
            ],
            [new OverdueDocument("chip-heat", "host", Story.Start, 600, 420)],
            "the disk is full (3 entries wait in memory)");
    }

    private static EngineVerdictDocument Hung() => new()
    {
        Engine = "deepseek",
        State = "hung",
        Detail = "the counters stand still",
        Since = Story.Start,
        At = Now,
        Rule = new EngineRuleDocument("H", "it has work and does none", "有任务但没有进展"),
        Reason = "12 requests run",
        Fault = FaultCodes.EngineHung,
        IsOpen = false,
        Evidence = ["idle AI cores"],
        Signs = [new EngineSignDocument("counters", "12 run, 0 wait", Now, 2.1)],
    };

    private static Observation Seen(string probe, Subject subject, Verdict verdict, string summary) =>
        new() { Probe = probe, Subject = subject, Verdict = verdict, Summary = summary, At = Now.AddSeconds(-3) };
}
