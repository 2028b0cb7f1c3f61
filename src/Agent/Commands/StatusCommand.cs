using System.CommandLine;
using System.Text.Json;
using Agent.Configuration;
using Agent.Domain;
using Agent.Reports;
using Agent.Web;

namespace Agent.Commands;

/// <summary>What the daemon sees and does now.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var output = CommandLineParts.Output();
        var command = CommandLineParts.Command("status", "Show what the running agent sees and does. Exit code 3 when an incident is open, 4 when no agent runs.", "status", "status --output json");
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
        return status.Incidents.Any(i => i.State != "suspected") ? ExitCodes.Faulty : ExitCodes.Ok;
    }

    internal static void Print(Screen screen, StatusDocument status, Language language)
    {
        screen.Line($"mode {status.Mode}, profile {status.Profile}, {status.At:u}");
        foreach (var engine in status.Engines)
        {
            var life = engine.Life == "running" ? $"{engine.Stage} (process {engine.ProcessId}, since {engine.StartedAt:u})" : engine.Wanted ? engine.Life : "stopped on request";
            var state = engine.Verdict is { } verdict ? $" {verdict.StateIn(language)}," : "";
            screen.Line($"engine {Terminal.Bold(engine.Name)}:{state} {life}, {engine.Address} on chips {string.Join(", ", engine.Chips)}");
            if (engine.Verdict is { } judged)
                screen.Line($"  {judged.Reason} [{judged.RuleIn(language)}]");
        }

        screen.Line();
        screen.Table(
            ["", "PROBE", "SUBJECT", "WHAT WAS SEEN"],
            status.Observations.Select(o => (IReadOnlyList<string>)
            [
                Terminal.Mark(o.Verdict switch { "healthy" => Domain.Observations.Verdict.Healthy, "faulty" => Domain.Observations.Verdict.Faulty, _ => Domain.Observations.Verdict.CouldNotLook }),
                o.Probe,
                o.Subject,
                o.Stale ? $"{o.Summary} (stale: {o.At:u})" : o.Summary,
            ]));
        foreach (var incident in status.Incidents)
            screen.Line($"\n{Terminal.Red("incident " + incident.Id)}: {incident.Fault} ({incident.Subject}), {incident.State}: {incident.Summary}{(incident.HeldBack is { } reason ? $"\n  held back: {reason}" : "")}");
        foreach (var window in status.Maintenances)
            screen.Line($"\nmaintenance of {window.Subject} until {window.Until:u} by {window.By}: {window.Reason}");
        foreach (var budget in status.Budgets.Where(b => b.Used.Count > 0))
            screen.Line($"\nbudget of {budget.Step}: {budget.Used.Count} of {budget.Attempts} used in {Domain.Durations.Text(TimeSpan.FromSeconds(budget.WindowSeconds))}");
        if (status.JournalProblem is { } problem)
            screen.Line($"\n{Terminal.Red("the journal cannot be written")}: {problem}");
    }
}
