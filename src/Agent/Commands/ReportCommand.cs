using System.CommandLine;
using System.Text.Json;
using Agent.Commands.Syntax;
using Agent.Configuration;
using Agent.Domain;
using Agent.Domain.Availability;
using Agent.Engines.Bench;
using Agent.Engines.Throughput;
using Agent.Reports;
using Agent.Screens;
using Agent.Storage;
using Microsoft.Data.Sqlite;

namespace Agent.Commands;

/// <summary>The health report of one incident or of a period.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var command = CommandLineParts.Command(
            "report",
            "Write a health report from the database: of the last days, or of one incident. Works without a running agent.",
            "report",
            "report --days 7 --format markdown > week.md",
            "report --incident last --language zh");
        var days = CommandLineParts.Number("--days", 1, "How far back.", 1, IncidentsCommand.MostDays);
        var incident = new Option<string?>("--incident")
        {
            Description = "Only this incident; `last` is the newest that was confirmed.",
            HelpName = "ID",
            CompletionSources = { KnownWords.Incidents },
        };
        var format = CommandLineParts.Words<ReportFormat>("--format", "text or markdown.");
        var language = CommandLineParts.Language("en or zh; default: as configured.");
        var output = CommandLineParts.Output();
        foreach (var option in (Option[])[days, incident, format, language, output])
            command.Options.Add(option);
        command.SetAction(CommandLineParts.WithSettings((settings, parse, _) => Task.FromResult(Run(
            settings,
            parse.GetValue(incident),
            parse.GetValue(days),
            parse.GetValue(format),
            parse.GetValue(language) switch { "zh" => Language.Chinese, "en" => Language.English, _ => settings.Language },
            parse.GetValue(output)))));
        return command;
    }

    private static int Run(AgentSettings settings, string? id, int days, ReportFormat format, Language language, OutputFormat output)
    {
        using var connection = Database.OpenReadOnly(settings.StateFolder);
        if (connection is null)
        {
            Console.Error.WriteLine($"no database in {settings.StateFolder}: no agent ran here yet");
            return ExitCodes.NotFound;
        }

        var store = Composition.Told(connection, settings);
        var now = TimeProvider.System.GetUtcNow();
        if (id is not null && IncidentsCommand.Find(store, id) is not { })
        {
            Console.Error.WriteLine($"{IncidentsCommand.NotFound(id)}; see `npu-agent incidents list --all`");
            return ExitCodes.NotFound;
        }

        if (id is not null)
        {
            var one = IncidentsCommand.Find(store, id)!;
            var lost = IncidentsCommand.LostIn(connection, one);
            Print(output, format, output == OutputFormat.Json
                ? JsonSerializer.Serialize([IncidentsCommand.Document(one, lost)], DocumentJson.Readable.IncidentDocumentArray)
                : IncidentReport.Write(one, IncidentsCommand.FaultOf(one), format, language, lost));
            return ExitCodes.Ok;
        }

        var (host, from) = (Environment.MachineName, now.AddDays(-days));
        var histories = store.List(all: false, from, 1000);
        Print(output, format, output == OutputFormat.Json
            ? JsonSerializer.Serialize(HealthDocument.Of(HealthFigures.Of(histories), host, from, now, Availability(settings, connection, from, now)),
                DocumentJson.Readable.HealthDocument)
            : HealthReport.Write(histories, host, from, now, format, language) + Speed(settings, format, language));
        return ExitCodes.Ok;
    }

    /// <summary>Only text for a reader is folded. All other output is for a program.</summary>
    private static void Print(OutputFormat output, ReportFormat format, string text)
    {
        if (output == OutputFormat.Json || format != ReportFormat.Text)
            Console.WriteLine(text);
        else
            Screen.Here().Line(text);
    }

    /// <summary>Engines by their objective, and chips, which have none.</summary>
    private static IReadOnlyList<AvailabilityDocument>? Availability(AgentSettings settings, SqliteConnection connection, DateTimeOffset since,
        DateTimeOffset until)
    {
        if (Composition.ToldService(connection) is not { } ledger)
            return null;
        var objectives = settings.Engines.ToDictionary(e => e.Subject, settings.ObjectiveOf);
        return [.. ledger.Subjects(since).Select(subject => AvailabilityDocument.Of(subject.ToString(), AvailabilityFigures.Of(
            ledger.Since(subject, since), since, until, objectives.TryGetValue(subject, out var wanted) ? wanted : null)))];
    }

    private static string Speed(AgentSettings settings, ReportFormat format, Language language)
    {
        var benches = new BenchFiles(settings.StateFolder);
        return SpeedReport.Write(settings.Engines.Select(e => (e.Name, new ThroughputBaseline(e, settings.StateFolder), benches.Newest(e.Name))), format,
            language);
    }
}
