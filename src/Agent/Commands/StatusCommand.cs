using System.CommandLine;
using System.Text.Json;
using Agent.Commands.Syntax;
using Agent.Configuration;
using Agent.Domain;
using Agent.Reports;
using Agent.Screens;
using Agent.Web;

namespace Agent.Commands;

/// <summary>The present view and work of the daemon.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var output = CommandLineParts.Output();
        var command = CommandLineParts.Command(
            "status",
            "Show what the running agent sees and does. Exit code 3 when an incident is open or a probe is overdue, 4 when no agent runs.",
            "status",
            "status --output json");
        command.Options.Add(output);
        command.SetAction(CommandLineParts.WithDaemon((settings, parse, cancellation) => RunAsync(settings, parse.GetValue(output), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(AgentSettings settings, OutputFormat format, CancellationToken cancellation)
    {
        using var client = new ControlClient(settings.ControlSocket);
        var status = await client.GetAsync("/status", DocumentJson.Compact.StatusDocument, cancellation);
        if (format == OutputFormat.Json)
            Console.WriteLine(JsonSerializer.Serialize(status, DocumentJson.Readable.StatusDocument));
        else
            Print(Screen.Here(), status, settings.Language);
        return status.Overdue is [_, ..] || status.Incidents.Any(i => i.State != "suspected") ? ExitCodes.Faulty : ExitCodes.Ok;
    }

    internal static void Print(Screen screen, StatusDocument status, Language language)
    {
        var text = new StatusText(status, language);
        screen.Line(text.Head);
        foreach (var engine in status.Engines)
        {
            screen.Line(text.Of(engine));
            if (engine.Verdict is { } judged)
                screen.Line(text.Of(engine, judged));
        }

        screen.Line();
        screen.Table(ObservationRows.Header(language), ObservationRows.Of(status.Observations, language));
        // A daemon of another version reports neither overdue probes nor channels.
        IEnumerable<string> rest =
        [
            .. (status.Overdue ?? []).Select(text.Of),
            .. status.Incidents.Select(text.Of),
            .. status.Maintenances.Select(text.Of),
            .. (status.Channels ?? []).Select(text.Of).OfType<string>(),
            .. status.Budgets.Where(b => b.Used.Count > 0).Select(text.Of),
            .. status.Kept is { } kept ? [text.Of(kept)] : (IEnumerable<string>)[],
        ];
        foreach (var line in status.JournalProblem is { } problem ? rest.Append(text.OfJournal(problem)) : rest)
            screen.Line("\n" + line);
    }
}
