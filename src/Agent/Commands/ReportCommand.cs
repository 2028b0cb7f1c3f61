using System.CommandLine;
using System.Text.Json;
using Agent.Adapters.Files;
using Agent.Commands.Syntax;
using Agent.Configuration;
using Agent.Domain;
using Agent.Reports;
using Agent.Reports.Health;
using Agent.Screens;
using Agent.Storage;
using Microsoft.Data.Sqlite;

namespace Agent.Commands;

/// <summary>The health report of one incident or of a period.</summary>
internal static class ReportCommand
{
    private const string ToOutput = "-";

    public static Command Create()
    {
        var command = CommandLineParts.Command(
            "report",
            "Write a health report from the database: of a period, or of one incident. Works without a running agent.",
            "report",
            "report --since 24h --format html --file report.html",
            "report --from 2026-11-01 --to 2026-12-01 --format md --lang zh",
            "report --incident last --language zh");
        var days = CommandLineParts.Number("--days", 1, "How far back.", 1, IncidentsCommand.MostDays);
        var since = new Option<string?>("--since") { Description = "How far back, such as 24h or 7d.", HelpName = "DURATION" };
        var from = new Option<string?>("--from")
        {
            Description = "From this time, such as 2026-11-24 or 2026-11-24T07:30; the host's time zone.",
            HelpName = "TIME",
        };
        var to = new Option<string?>("--to") { Description = "To this time. Default: now.", HelpName = "TIME" };
        var incident = new Option<string?>("--incident")
        {
            Description = "Only this incident; `last` is the newest that was confirmed.",
            HelpName = "ID",
            CompletionSources = { KnownWords.Incidents },
        };
        var format = Format();
        var language = CommandLineParts.Language("en or zh; default: as configured.", "--lang");
        var file = CommandLineParts.OfFile("--file", "Write to this file, whole or not at all. Default: standard output, as with -.");
        var output = CommandLineParts.Output();
        foreach (var option in (Option[])[days, since, from, to, incident, format, language, file, output])
            command.Options.Add(option);
        command.SetAction(CommandLineParts.WithSettings((settings, parse, _) =>
        {
            var wanted = new Wanted(
                parse.GetValue(output) == OutputFormat.Json ? ReportFormat.Json : parse.GetValue(format),
                parse.GetValue(language) switch { "zh" => Language.Chinese, "en" => Language.English, _ => settings.Language },
                parse.GetValue(file) is { Length: > 0 } path && Path.GetFileName(path) != ToOutput ? path : null);
            var now = TimeProvider.System.GetUtcNow();
            // The standard value is what nobody asked for: it says nothing against another option.
            int? givenDays = parse.GetResult(days) is { Implicit: false } ? parse.GetValue(days) : null;
            var period = ((Option[])[days, since, from, to]).FirstOrDefault(o => parse.GetResult(o) is { Implicit: false });
            if (parse.GetValue(incident) is not null && period is not null)
                return Task.FromResult(Refused($"--incident is for the whole of one incident, {period.Name} for a period; give one of them"));
            var (window, problem) = ReportWindow.Of(givenDays, parse.GetValue(since), parse.GetValue(from), parse.GetValue(to), now,
                TimeZoneInfo.Local);
            if (window is null)
                return Task.FromResult(Refused(problem));
            return Task.FromResult(Run(settings, parse.GetValue(incident), window, now, wanted));
        }));
        return command;
    }

    private sealed record Wanted(ReportFormat Format, Language Language, string? File);

    private static Option<ReportFormat> Format()
    {
        const string Markdown = "md";
        var format = CommandLineParts.Words<ReportFormat>("--format", "text, md or markdown, html (one file, for browser, mail and paper) or json.");
        format.HelpName = "text|md|html|json";
        var words = format.CustomParser!;
        format.CustomParser = given => given.Tokens[0].Value == Markdown ? ReportFormat.Markdown : words(given);
        return format;
    }

    private static int Run(AgentSettings settings, string? id, ReportWindow window, DateTimeOffset now, Wanted wanted)
    {
        using var connection = Database.OpenReadOnly(settings.StateFolder);
        if (connection is null)
        {
            Console.Error.WriteLine($"no database in {settings.StateFolder}: no agent ran here yet");
            return ExitCodes.NotFound;
        }

        return id is null
            ? Print(wanted, HealthReport.Write(Composition.Health(connection, settings).Read(window.From, window.To, now), wanted.Format, wanted.Language,
                wanted.File is null ? Terminal.Width() : null))
            : OfIncident(settings, connection, id, wanted);
    }

    private static int OfIncident(AgentSettings settings, SqliteConnection connection, string id, Wanted wanted)
    {
        if (wanted.Format == ReportFormat.Html)
            return Refused("--format html is for reports of a period; for one incident there are text, md and json");
        if (IncidentsCommand.Find(Composition.Told(connection, settings), id) is not { } one)
        {
            Console.Error.WriteLine($"{IncidentsCommand.NotFound(id)}; see `npu-agent incidents list --all`");
            return ExitCodes.NotFound;
        }

        var lost = IncidentsCommand.LostIn(connection, one.Incident.Id);
        return Print(wanted, wanted.Format == ReportFormat.Json
            ? JsonSerializer.Serialize([IncidentsCommand.Document(one, lost)], DocumentJson.Readable.IncidentDocumentArray)
            : IncidentReport.Write(one, IncidentsCommand.FaultOf(one), wanted.Format, wanted.Language, lost));
    }

    /// <summary>Only text for a reader is folded. All other output is for a program.</summary>
    private static int Print(Wanted wanted, string text)
    {
        if (wanted.File is { } file)
            return Write(file, text.EndsWith('\n') ? text : text + "\n");
        if (wanted.Format == ReportFormat.Text)
            Screen.Here().Line(text.TrimEnd('\n'));
        else
            Console.WriteLine(text.TrimEnd('\n'));
        return ExitCodes.Ok;
    }

    private static int Write(string file, string text)
    {
        try
        {
            var path = Path.GetFullPath(file);
            if (!Directory.Exists(Path.GetDirectoryName(path)))
                throw new IOException("its folder is not there");
            // It is put in place by a rename, which would take a device or a pipe away from everybody.
            if (!OperatingSystem.IsWindows() && FileLook.At(path) is { Kind: not FileKind.Regular })
                throw new IOException("it is no regular file but a folder, a link, a pipe or a device");
            WholeFile.Write(path, text);
            return ExitCodes.Ok;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{file} cannot be written: {refused.Message}; `npu-agent report ... > FILE` writes as you");
            return ExitCodes.Failed;
        }
    }

    private static int Refused(string problem)
    {
        Console.Error.WriteLine(problem);
        return ExitCodes.Usage;
    }
}
