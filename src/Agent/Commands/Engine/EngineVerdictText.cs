using System.Text.Json;
using Agent.Commands.Syntax;
using Agent.Configuration;
using Agent.Configuration.Engines;
using Agent.Domain;
using Agent.Reports;
using Agent.Screens;
using Agent.Web;

namespace Agent.Commands.Engine;

/// <summary>Prints the daemon's newest verdict on an engine.</summary>
internal static class EngineVerdictText
{
    public static async Task<int> RunAsync(AgentSettings settings, EngineSettings engine, OutputFormat format, CancellationToken cancellation)
    {
        using var client = new ControlClient(settings.ControlSocket);
        if (await client.GetAsync($"/engines/{Uri.EscapeDataString(engine.Name)}", DocumentJson.Compact.EngineVerdictDocument, cancellation) is not { } verdict)
        {
            await Console.Error.WriteLineAsync(
                $"the running agent has no verdict on engine '{engine.Name}' yet: it has just begun, probes.engine-verdict is off, or it runs with another "
                + $"configuration");
            return ExitCodes.NotFound;
        }

        if (format == OutputFormat.Json)
            Console.WriteLine(JsonSerializer.Serialize(verdict, DocumentJson.Readable.EngineVerdictDocument));
        else
            Print(Screen.Here(), verdict, settings.Language);
        return verdict.Fault is not null ? ExitCodes.Faulty : verdict.IsOpen ? ExitCodes.CouldNotLook : ExitCodes.Ok;
    }

    internal static void Print(Screen screen, EngineVerdictDocument verdict, Language language)
    {
        var words = language == Language.Chinese
            ? (Engine: "引擎", Rule: "规则", Reason: "原因", Fault: "故障", Open: "尚无法确定", Sign: "迹象", Age: "距今", Seen: "所见", Evidence: "证据", Since: "始于")
            : (Engine: "engine", Rule: "rule", Reason: "reason", Fault: "fault", Open: "cannot be told for sure yet", Sign: "SIGN", Age: "AGE",
                Seen: "WHAT WAS SEEN", Evidence: "evidence", Since: "since");
        screen.Line($"{words.Engine} {Terminal.Bold(verdict.Engine)}: {Terminal.Bold(verdict.StateIn(language))}, {words.Since} {verdict.Since:u}");
        screen.Line($"{words.Rule}: {verdict.RuleIn(language)}");
        screen.Line($"{words.Reason}: {verdict.Reason}");
        if (verdict.Fault is { } fault)
            screen.Line($"{words.Fault}: {Terminal.Red(fault)} (npu-agent faults {fault})");
        else if (verdict.IsOpen)
            screen.Line(words.Open);
        screen.Line();
        screen.Table(
            [words.Sign, words.Age, words.Seen],
            verdict.Signs.Select(s => (IReadOnlyList<string>)[s.Sign, Durations.Text(TimeSpan.FromSeconds(s.AgeSeconds)), s.Text]));
        // The texts of the signs stand above. Log lines do not.
        foreach (var line in verdict.Evidence.Where(e => !verdict.Signs.Any(s => e.EndsWith(s.Text, StringComparison.Ordinal))))
            screen.Line($"{words.Evidence}: {line}");
    }
}
