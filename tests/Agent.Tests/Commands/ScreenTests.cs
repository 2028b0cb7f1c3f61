using Agent.Commands;
using Agent.Commands.Engine;
using Agent.Demo;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Engines.Bench;
using Agent.ForeignText;
using Agent.Reports;
using Agent.Reports.Health;
using Agent.Screens;
using Agent.Storage;
using Agent.Tests.Reports;

namespace Agent.Tests.Commands;

/// <summary>What an operator sees on a narrow, a usual and a wide terminal, in both languages; accepted by reading it.</summary>
public sealed class ScreenTests
{
    private static readonly DateTimeOffset At = Story.Start;

    [Theory]
    [InlineData(60, "en")]
    [InlineData(80, "en")]
    [InlineData(160, "en")]
    [InlineData(60, "zh")]
    [InlineData(80, "zh")]
    [InlineData(160, "zh")]
    public void Screens_are_as_they_were_accepted(int width, string language)
    {
        var inLanguage = language == "zh" ? Language.Chinese : Language.English;
        using var text = new StringWriter { NewLine = "\n" };
        var screen = new Screen(new ColouredWriter(text, colours: false), width);
        foreach (var (name, show) in Screens(inLanguage, width))
        {
            text.Write($"== {name}\n");
            show(screen);
            text.Write('\n');
        }

        var shown = text.ToString();
        foreach (var line in shown.Split('\n'))
            DisplayWidth.Of(line).ShouldBeLessThanOrEqualTo(width, line);
        shown.ShouldMatchApproved(c => c.WithDiscriminator($"{language}.{width}").WithFileExtension(".txt"));
    }

    private static IEnumerable<(string Name, Action<Screen> Show)> Screens(Language language, int width)
    {
        var open = History("20260301-030000-001", [.. Story.Suspicion(At), new Confirmed(At.AddSeconds(2), "seen twice"), new HeldBack(At.AddSeconds(3),
            "maintenance of the host until 05:00")]);
        var over = History("20260228-235959-120", Story.Recovered(At.AddDays(-1)));
        yield return ("status", screen => StatusCommand.Print(screen, Status(language), language));
        yield return ("incidents list", screen => IncidentsCommand.Print(screen, [open, over], language));
        yield return ("incidents show", screen => screen.Line(IncidentReport.Text(over, IncidentsCommand.FaultOf(over), language)));
        yield return ("report", screen => screen.Line(HealthReport.Write(
            HealthDocument.Of(SomeHealth.Empty() with { Incidents = [open, over], From = At.AddDays(-7), To = At.AddHours(1) }), ReportFormat.Text, language,
            width)));
        yield return ("engine explain", screen => EngineVerdictText.Print(screen, Verdict(language), language));
        yield return ("engine explain --command", screen => EngineExplainCommand.Print(screen, CommandLine(), TextGate.OnlyPrintable));
        yield return ("engine bench", screen => EngineBenchCommand.Print(screen, Bench(), "/var/lib/npu-agent/bench/deepseek-20260301-030000.json"));
        yield return ("faults", screen => FaultsCommand.List(screen, [.. FaultCatalog.Default.All.Take(6)], language));
        yield return ("faults engine-hung", screen => screen.Text(FaultsCommand.Explain(FaultCatalog.Default[FaultCodes.EngineHung], language)));
        yield return ("demo --list", screen => DemoCommand.List(screen, DemoScenario.All.Take(6)));
    }

    private static IncidentHistory History(string id, IReadOnlyList<IncidentEvent> events) => new(Story.Fold(id, events), events);

    private static StatusDocument Status(Language language) => new()
    {
        SchemaVersion = 1,
        At = At,
        Mode = "act",
        Profile = "ascend",
        Engines =
        [
            new EngineStatus
            {
                Name = "deepseek",
                Life = "running",
                Stage = "serving",
                Wanted = true,
                ProcessId = 4711,
                StartedAt = At.AddHours(-3),
                Model = "/models/DeepSeek-R1",
                Address = "http://127.0.0.1:8000/",
                Chips = ["0/0", "1/0"],
                Log = null,
                Verdict = Verdict(language),
            },
        ],
        Observations =
        [
            Seen("chip-health", "chip:0/0", "healthy", "910B3 0000:C1:00.0: OK"),
            Seen("chip-health", "chip:1/0", "faulty",
                "chip 1/0 (910B3 0000:C2:00.0) reports Alarm, error codes 8C03A000 8C084E00, and has done so since the last look"),
            Seen("engine-canary", "engine:deepseek", "could-not-look",
                language == Language.Chinese ? "引擎没有回答：请求在 20 秒内没有得到答复，计数器静止" : "not answered within 20 s, and the counters stand still"),
            Seen("disk-space", "host", "healthy", "/var/lib/npu-agent 77.1 GiB free"),
        ],
        Incidents =
        [
            new OpenIncident("20260301-030000-001", FaultCodes.ChipAlarm, "chip:1/0", "recovering", "chip 1/0 reports Alarm, error codes 8C03A000 8C084E00",
                "maintenance of the host", At),
        ],
        Maintenances = [new MaintenanceDocument("host", At, At.AddHours(2), "alice", language == Language.Chinese
            ? "更换驱动，期间请勿重启引擎；完成后由值班人员确认并结束维护窗口"
            : "the driver is exchanged; restart no engine until the shift lead has looked at it")],
        Budgets = [new BudgetDocument("reset-chip", 2, 21600, ["chip:1/0 2026-03-01 02:00:00Z"])],
    };

    private static ObservationDocument Seen(string probe, string subject, string verdict, string summary) => new()
    {
        Probe = probe,
        Subject = subject,
        Verdict = verdict,
        Fault = null,
        Summary = summary,
        NextStep = null,
        At = At,
        Stale = false,
        AgeSeconds = 0,
        Serving = null,
        Evidence = [],
        Measures = new Dictionary<string, double>(),
    };

    private static EngineVerdictDocument Verdict(Language language) => new()
    {
        Engine = "deepseek",
        State = "serving",
        Since = At.AddHours(-3),
        At = At,
        Rule = new EngineRuleDocument("S", "the counters move, or a canary was right", "计数器在变化，或探测请求得到正确答复"),
        Reason = language == Language.Chinese
            ? "12 个请求在处理，最近 5 秒生成了 1840 个 token；探测请求 32 秒前得到正确答复"
            : "12 requests run, 1840 tokens in the last 5 s; the canary was right 32 s ago",
        IsOpen = false,
        Signs =
        [
            new EngineSignDocument("counters", "12 run, 0 wait, 1840 tokens in 5 s, KV cache 43 %", At, 2.1),
            new EngineSignDocument("canary",
                language == Language.Chinese ? "正确，0.41 秒，每个 token 0.05 秒；上一次也正确" : "right, 0.41 s, 0.05 s for a token; the one before was right, too", At,
                32),
        ],
    };

    private static EngineCommandDocument CommandLine() => new(
        "deepseek",
        "vllm serve /models/DeepSeek-R1 --port 8000",
        ["serve", "/models/DeepSeek-R1", "--port", "8000"],
        new Dictionary<string, string> { ["VLLM_USE_V1"] = "1" },
        [
            new EngineSettingDocument("model", "/models/DeepSeek-R1", "/models/DeepSeek-R1", "/models/DeepSeek-R1", null),
            new EngineSettingDocument("tensor_parallel_size", "", "--tensor-parallel-size 2", "2", "the number of chips"),
            new EngineSettingDocument("max_model_len", "32768", "--max-model-len 32768", "32768", null),
        ],
        ["the engine has no api_key_file: whoever reaches its port may use it"]);

    private static BenchResult Bench() => new(
        "deepseek", "deepseek-r1", "0.11.0", At, 16, 320, 2, 128, 128, 61.5, 1332.4, 10.4, new(0.412, 0.4, 0.655, 0.81), new(0.0241, 0.023, 0.031, 0.042),
            new(0.025, 0.024, 0.033, 0.05),
        new(3.51, 3.4, 4.6, 5.2), 0.93, ["http://127.0.0.1:8000/ did not answer within 600 s", "http://127.0.0.1:8000/ answered 503"]);
}
