using static Agent.EndToEndTests.Reports.PublicReport;

namespace Agent.EndToEndTests.Reports;

// Each report of captures/reports is played by a stand-in; its row in the INDEX there says what is right.

public sealed class ServingEngineReportTests
{
    private static readonly Dictionary<string, (Func<PlayedEngine> Played, Reading Reading)> Readings = new(StringComparer.Ordinal)
    {
        ["01-long-prompt-then-crash"] = (
            () => Played("01-long-prompt-then-crash") with { Mid = Text("01-long-prompt-then-crash", "mid") },
            Reading.Restart("engine-device-error", "507035", "maximum context length", "VLLMValidationError")),
        ["04-ez1001-request-crash"] = (
            () => Played("04-ez1001-request-crash") with { ComesAgain = true },
            Reading.Person([], "161001")),
        ["11-oom-parent-orphans"] = (
            () => Played("11-oom-parent-orphans") with { Signal = 9, Survives = true },
            new Reading(Reading.Resolved, ["engine-orphans"], ["orphans"], [], ["adopted"])),
        ["12-port-65536-longrun"] = (
            () => AfterTheStartOf04("12-port-65536-longrun"),
            new Reading(Reading.Resolved, ["engine-communication-failed"], ["engine"], ["65536"], ["ss -ltnp", "owner of the port"])),
        ["13-hccl-heartbeat-stuck"] = (
            () => Played("13-hccl-heartbeat-stuck"),
            Reading.Restart("engine-communication-failed", "Stuck Occurred")),
        ["27-undefined-symbol-warning"] = (
            () => Played("27-undefined-symbol-warning"),
            Reading.Restart("engine-device-error", "507011", "undefined symbol")),
        ["28-fftsplus-no-code"] = (
            () => AfterTheStartOf04("28-fftsplus-no-code"),
            Reading.Restart("engine-device-error", "fftsplus aicore error")),
    };

    public static TheoryData<string> Reports => At(Stage.Serving);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Reports))]
    public Task A_report_of_an_engine_that_had_served_is_read_right(string report)
    {
        var (played, reading) = PublicReport.Reading(report, Readings);
        return EngineReport.IsReadAsync(played(), reading);
    }

    private static PlayedEngine Played(string name) => new(Text(name, "then")) { Start = Text(name, "start") };

    private static PlayedEngine AfterTheStartOf04(string name) => new(Text(name, "then")) { Start = Text("04-ez1001-request-crash", "start") };
}

public sealed class StartingEngineReportTests
{
    private const string Weights = "Starting to load model";

    private static readonly Dictionary<string, (Func<PlayedEngine> Played, Reading Reading)> Readings = new(StringComparer.Ordinal)
    {
        ["05-107000-el0003-memory"] = (
            () => Failing("05-107000-el0003-memory", UpTo(Weights, Text("04-ez1001-request-crash", "start")), exit: 1),
            Reading.Person([], "Memory resources are exhausted", "in other hands")),
        ["10-argparse-attention-config"] = (
            () => Failing("10-argparse-attention-config", "", exit: 2),
            Reading.Person(["engine-config-error"], "argument --attention-config/-ac: 1 validation error for AttentionConfig")),
        ["19-507033-e30006"] = (
            () => Failing("19-507033-e30006", Text("19-507033-e30006", "start"), exit: 1),
            Reading.Person([], "E30006", "in other hands", "device-taken", "mineru-npu-model-server   |")),
    };

    public static TheoryData<string> Reports => At(Stage.Starting);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Reports))]
    public Task A_report_of_an_engine_that_does_not_start_is_read_right(string report)
    {
        var (played, reading) = PublicReport.Reading(report, Readings);
        return EngineReport.IsReadAsync(played(), reading);
    }

    private static PlayedEngine Failing(string name, string start, int exit) => new(Text(name, "then")) { Start = start, Exit = exit, Serves = false };

    private static string UpTo(string words, string start)
    {
        var lines = start.Split('\n').ToList();
        return string.Concat(lines.Take(lines.FindIndex(l => l.Contains(words, StringComparison.Ordinal)) + 1).Select(l => l + "\n"));
    }
}
