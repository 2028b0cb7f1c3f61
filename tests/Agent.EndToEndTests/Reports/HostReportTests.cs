using System.Text.Json.Nodes;
using Shouldly;
using static Agent.EndToEndTests.Reports.PublicReport;

namespace Agent.EndToEndTests.Reports;

/// <summary>Engines in units of the host, and engines that listen nowhere.</summary>
public sealed class HostReportTests
{
    private const string Unit = "vllm.service";
    private const string Model = "/models/DeepSeek-R1";

    private static readonly Dictionary<string, Reading> Units = new(StringComparer.Ordinal)
    {
        ["47-unit-oompolicy-stop"] = new(Reading.Resolved, [], ["engine"], ["memory ran out"], ["engine-stopped-by-other", "stopped by somebody"]),
    };

    private static readonly Dictionary<string, string> Headless = new(StringComparer.Ordinal)
    {
        ["52-headless-head-died"] = "headless",
    };

    public static TheoryData<string> ReportsOfUnits => At(Stage.Unit);

    public static TheoryData<string> HeadlessReports => At(Stage.Headless);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(ReportsOfUnits))]
    public Task A_report_of_a_unit_is_read_right(string report) =>
        IsReadAsync(Text(report, "unit", "json"), new PlayedEngine("") { Signal = 9 }, PublicReport.Reading(report, Units));

    [Fact]
    public Task Want_of_memory_is_no_stop_by_a_person_when_vLLM_shuts_down_by_itself() => IsReadAsync(
        """{"end": {"Result": "oom-kill", "ExecMainCode": 1, "ExecMainStatus": 0}}""",
        new PlayedEngine("") { Signal = 15 },
        Units["47-unit-oompolicy-stop"]);

    [Fact]
    public Task A_stop_by_a_person_is_one() => IsReadAsync(
        """{"end": {"Result": "success", "ExecMainCode": 1, "ExecMainStatus": 0}}""",
        new PlayedEngine("") { Signal = 15 },
        new(Reading.HandedOver, ["engine-stopped-by-other"], [], [], ["memory ran out"]));

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(HeadlessReports))]
    public async Task A_node_that_listens_nowhere_is_refused_with_the_reason_or_left_alone(string report)
    {
        var reason = PublicReport.Reading(report, Headless);
        await using var host = await EngineReport.UpAsync(mostSecondsOfAStage: 4);
        await new PlayedEngine("") { Start = Text(report, "head") }.PutOnAsync(host);
        var arguments = Text(report, "arguments", "yaml").TrimEnd() + "\n";
        EngineReport.Change(host, yaml => yaml.Replace("    start: {", arguments + "    start: {", StringComparison.Ordinal));
        var validated = await host.RunAsync("config", "validate");
        if (validated.ExitCode != 0)
        {
            (validated.Output + validated.Error).ShouldContain(reason);
            return;
        }

        host.StartAgent();
        await host.UntilAsync("it was looked at for twice as long as a start may stand still", async () =>
            (await host.RunAsync("status", "--output", "json")) is { Output.Length: > 0 } answer
            && JsonNode.Parse(answer.Output)!["engines"]![0] is { } engine
            && (DateTimeOffset?)engine["started_at"] is { } started && TimeProvider.System.GetUtcNow() - started > TimeSpan.FromSeconds(8));
        (await EngineReport.ConfirmedAsync(host)).Select(i => i.ToJsonString()).ShouldBeEmpty("it is silent by design");
        EngineReport.Starts(host).ShouldBe(1);
    }

    private static async Task IsReadAsync(string end, PlayedEngine played, Reading reading)
    {
        await using var host = await EngineReport.UpAsync();
        await played.PutOnAsync(host);
        var ended = Path.Combine(host.Folder, "ended.json");
        await File.WriteAllTextAsync(ended, end);
        string[] options = ["--served-model-name", "deepseek-r1", "--host", "127.0.0.1", "--port", $"{host.EnginePort}", "--tensor-parallel-size", "2"];
        await host.SimulateAsync(["unit", Unit, ended, Path.Combine(host.World, "bin", "vllm"), "serve", Model, .. options]);
        var unit = $"    kind: systemd\n    unit: {{ name: {Unit} }}\n";
        EngineReport.Change(host, yaml => yaml.Replace("    model: ", unit + "    model: ", StringComparison.Ordinal));
        host.StartAgent();
        await EngineReport.EndsAndIsReadAsync(host, played, reading);
    }
}
