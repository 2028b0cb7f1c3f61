using System.CommandLine;
using System.Text.Json;
using Agent.Commands.Syntax;
using Agent.Configuration.Yaml;
using Agent.Reports;
using Agent.Screens;
using Agent.Web;

namespace Agent.Commands;

/// <summary>Tells the agent that a person works here.</summary>
internal static class MaintenanceCommand
{
    public static Command Create()
    {
        var command = CommandLineParts.Command(
            "maintenance",
            "While a person works on the host or an engine, the agent looks and touches nothing of it.",
            "maintenance on --for 2h --reason \"driver update\"",
            "maintenance on --engine deepseek --for 30m",
            "maintenance off",
            "maintenance status");
        command.Subcommands.Add(On());
        command.Subcommands.Add(Off());
        command.Subcommands.Add(Status());
        return command;
    }

    private static Option<string?> Engine() =>
        new("--engine") { Description = "One engine; without it the whole host.", HelpName = "NAME", CompletionSources = { KnownWords.Engines } };

    private static string Subject(string? engine) => engine is null ? "host" : "engine:" + engine;

    private static Command On()
    {
        var engine = Engine();
        var duration = new Option<string>("--for")
        {
            Description = "It ends by itself after this time, for example 30m or 2h.",
            DefaultValueFactory = _ =>
            "1h",
            HelpName = "TIME"
        };
        duration.Validators.Add(result =>
        {
            if (Quantity.Duration(result.GetValueOrDefault<string>() ?? "") is not { TotalMinutes: > 0 and <= 60 * 24 * 30 })
                result.AddError($"--for: found '{result.GetValueOrDefault<string>()}', expected a time such as 30m or 2h, more than 0s and at most 30d");
        });
        var reason = new Option<string>("--reason") { Description = "For the journal.", DefaultValueFactory = _ => "", HelpName = "TEXT" };
        var command = CommandLineParts.Command("on", "Begin maintenance.");
        command.Options.Add(engine);
        command.Options.Add(duration);
        command.Options.Add(reason);
        command.SetAction(CommandLineParts.WithDaemon((settings, parse, cancellation) => CommandLineParts.AskDaemonAsync(settings, client => client.PostAsync(
            "/maintenance",
            new MaintenanceRequest(Subject(parse.GetValue(engine)), Quantity.Duration(parse.GetRequiredValue(duration))!.Value.TotalMinutes,
                parse.GetRequiredValue(reason), ControlClient.ClaimedBy),
            ControlJson.Default.MaintenanceRequest,
            cancellation))));
        return command;
    }

    private static Command Off()
    {
        var engine = Engine();
        var command = CommandLineParts.Command("off", "End maintenance.");
        command.Options.Add(engine);
        command.SetAction(CommandLineParts.WithDaemon((settings, parse, cancellation) => CommandLineParts.AskDaemonAsync(settings, client => client.PostAsync(
            "/maintenance",
            new MaintenanceRequest(Subject(parse.GetValue(engine)), 0, "", ControlClient.ClaimedBy),
            ControlJson.Default.MaintenanceRequest,
            cancellation))));
        return command;
    }

    private static Command Status()
    {
        var command = CommandLineParts.Command("status", "Show the maintenance windows in force.", "maintenance status --output json");
        var output = CommandLineParts.Output();
        command.Options.Add(output);
        command.SetAction(CommandLineParts.WithDaemon(async (settings, parse, cancellation) =>
        {
            using var client = new ControlClient(settings.ControlSocket);
            var status = await client.GetAsync("/status", DocumentJson.Compact.StatusDocument, cancellation);
            if (parse.GetValue(output) == OutputFormat.Json)
                Console.WriteLine(JsonSerializer.Serialize(status.Maintenances, DocumentJson.Readable.IReadOnlyListMaintenanceDocument));
            else
                Print(Screen.Here(), status.Maintenances);
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static void Print(Screen screen, IReadOnlyList<MaintenanceDocument> windows)
    {
        if (windows.Count == 0)
            screen.Line("no maintenance");
        foreach (var window in windows)
            screen.Line($"{window.Subject} until {window.Until:u} by {window.By}: {window.Reason}");
    }
}
