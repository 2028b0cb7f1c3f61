using System.CommandLine;
using System.Text.Json;
using Agent.Commands.Syntax;
using Agent.Configuration;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Reports;
using Agent.Screens;
using Agent.Storage;
using Microsoft.Data.Sqlite;

namespace Agent.Commands;

/// <summary>Incidents, read from the database: works without a running daemon.</summary>
internal static class IncidentsCommand
{
    /// <summary>This word may stand in the place of an id.</summary>
    private const string Last = "last";

    /// <summary>The longest time for which `history` keeps them.</summary>
    public const int MostDays = 3650;

    public static Command Create()
    {
        var command = CommandLineParts.Command("incidents", "Incidents of this host.", "incidents list", "incidents show 20261124-101530-123");
        command.Subcommands.Add(List());
        command.Subcommands.Add(Show());
        return command;
    }

    private static Command List()
    {
        var output = CommandLineParts.Output();
        var all = new Option<bool>("--all") { Description = "Also suspicions that went away unconfirmed." };
        var days = CommandLineParts.Number("--days", 30, "How far back.", 1, MostDays);
        var command = CommandLineParts.Command("list", "List incidents, the newest first.", "incidents list --days 7", "incidents list --output json");
        command.Options.Add(output);
        command.Options.Add(all);
        command.Options.Add(days);
        command.SetAction(CommandLineParts.WithSettings((settings, parse, _) =>
        {
            using var connection = Database.OpenReadOnly(settings.StateFolder);
            var since = TimeProvider.System.GetUtcNow().AddDays(-parse.GetValue(days));
            var found = connection is null ? [] : Composition.Told(connection, settings).List(parse.GetValue(all), since, 1000);
            if (parse.GetValue(output) == OutputFormat.Json)
                Console.WriteLine(JsonSerializer.Serialize([.. found.Select(h => Document(h, LostIn(connection!, h.Incident.Id)))],
                    DocumentJson.Readable.IncidentDocumentArray));
            else if (found.Count == 0)
                Screen.Here().Line(connection is null ? $"no database in {settings.StateFolder}: no agent ran here yet" : "no incidents");
            else
                Print(Screen.Here(), found, settings.Language);
            return Task.FromResult(ExitCodes.Ok);
        }));
        return command;
    }

    private static Command Show()
    {
        var output = CommandLineParts.Output();
        var id = new Argument<string>("id")
        {
            Description = "The incident's id, or `last`: the newest that was confirmed. A suspicion is shown by its id.",
            HelpName = "id",
            CompletionSources = { KnownWords.Incidents },
        };
        var command = CommandLineParts.Command("show", "Show one incident with its timeline.", "incidents show last",
            "incidents show 20261124-101530-123 --output json");
        command.Arguments.Add(id);
        command.Options.Add(output);
        command.SetAction(CommandLineParts.WithSettings((settings, parse, _) =>
            Task.FromResult(Show(settings, parse.GetRequiredValue(id), parse.GetValue(output)))));
        return command;
    }

    private static int Show(AgentSettings settings, string id, OutputFormat format)
    {
        using var connection = Database.OpenReadOnly(settings.StateFolder);
        if (Find(connection is null ? null : Composition.Told(connection, settings), id) is not { } history)
        {
            Console.Error.WriteLine($"{NotFound(id)} in {settings.StateFolder}; see `npu-agent incidents list --all`");
            return ExitCodes.NotFound;
        }

        var lost = LostIn(connection!, history.Incident.Id);
        if (format == OutputFormat.Json)
            Console.WriteLine(JsonSerializer.Serialize(Document(history, lost), DocumentJson.Readable.IncidentDocument));
        else
            Screen.Here().Line(IncidentReport.Text(history, FaultOf(history), settings.Language, lost));
        return ExitCodes.Ok;
    }

    public static IncidentHistory? Find(IncidentStore? store, string id) =>
        id == Last ? store?.NewestConfirmed() : store?.Load(id);

    public static string NotFound(string id) => id == Last ? "no incident was confirmed yet" : $"no incident '{id}'";

    public static Fault FaultOf(IncidentHistory history) => FaultCatalog.Default[history.Incident.Fault];

    public static IncidentDocument Document(IncidentHistory history, IReadOnlyList<LostServiceDocument>? lost = null) =>
        IncidentDocument.Of(history.Incident, FaultOf(history), history.Events, lost);

    /// <summary>What engines and chips lost in an incident; null where an older agent left no ledger.</summary>
    public static IReadOnlyList<LostServiceDocument>? LostIn(SqliteConnection connection, string incident) =>
        Composition.ToldService(connection) is { } service ? LostServiceDocument.Of(service.OfIncident(incident)) : null;

    internal static void Print(Screen screen, IReadOnlyList<IncidentHistory> found, Language language) =>
        screen.Table(
            language == Language.Chinese ? ["编号", "故障", "对象", "状态", "持续", "现象"] : ["ID", "FAULT", "SUBJECT", "STATE", "LASTED", "SUMMARY"],
            found.Select(h => (IReadOnlyList<string>)
            [
                h.Incident.Id,
                h.Incident.Fault,
                h.Incident.Subject.ToString(),
                h.Incident.IsOpen ? Terminal.Red(IncidentStates.Text(h.Incident.State).In(language)) : IncidentStates.Text(h.Incident.State).In(language),
                h.Incident.EndedAt is { } ended ? Durations.Text(ended - h.Incident.SuspectedAt) : "",
                h.Incident.Summary,
            ]));
}
