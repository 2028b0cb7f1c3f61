using System.CommandLine;
using System.Text.Json;
using Agent.Configuration;
using Agent.Domain;
using Agent.Reports;
using Agent.Screens;
using Agent.Web;

namespace Agent.Commands;

/// <summary>What the daemon sees and does now.</summary>
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
        screen.Line($"mode {status.Mode}, profile {status.Profile}, {status.At:u}");
        foreach (var engine in status.Engines)
        {
            var life = engine.Life == "running" ? $"{engine.Stage} (process {engine.ProcessId}, since {engine.StartedAt:u})" : engine.Wanted ? engine.Life : "stopped on request";
            var state = engine.Verdict is { } verdict ? $" {verdict.StateIn(language)}," : "";
            screen.Line($"engine {Terminal.Bold(engine.Name)}:{state} {life}, {engine.Address} on chips {string.Join(", ", engine.Chips)}");
            if (engine.Verdict is { } judged)
                screen.Line($"  {judged.Reason} [{judged.RuleIn(language)}]{StaleMark(status, engine.Name)}");
        }

        screen.Line();
        screen.Table(ObservationRows.Header(language), ObservationRows.Of(status.Observations, language));
        // A daemon of another version says nothing of it.
        foreach (var late in status.Overdue ?? [])
            screen.Line($"\n{Terminal.Red(OverdueIn(language))}: {Late(late, language)}");
        foreach (var incident in status.Incidents)
            screen.Line($"\n{Terminal.Red("incident " + incident.Id)}: {incident.Fault} ({incident.Subject}), {incident.State}: {incident.Summary}{(incident.HeldBack is { } reason ? $"\n  held back: {reason}" : "")}");
        foreach (var window in status.Maintenances)
            screen.Line($"\nmaintenance of {window.Subject} until {window.Until:u} by {window.By}: {window.Reason}");
        foreach (var budget in status.Budgets.Where(b => b.Used.Count > 0))
            screen.Line($"\nbudget of {budget.Step}: {budget.Used.Count} of {budget.Attempts} used in {Domain.Durations.Text(TimeSpan.FromSeconds(budget.WindowSeconds))}");
        if (status.JournalProblem is { } problem)
            screen.Line($"\n{Terminal.Red("the journal cannot be written")}: {problem}");
    }

    /// <summary>The verdict on an engine is as old as the last look of the probe that gives it.</summary>
    private static string StaleMark(StatusDocument status, string engine)
    {
        var subject = Domain.Observations.Subject.Engine(engine).ToString();
        return status.Observations.FirstOrDefault(o => o.Probe == "engine-verdict" && o.Subject == subject) is { Stale: true } judged
            ? " " + Terminal.Yellow($"({ObservationDocument.StaleWord}, judged {Durations.Text(TimeSpan.FromSeconds(judged.AgeSeconds))} ago)")
            : "";
    }

    private static string OverdueIn(Language language) => language == Language.Chinese ? "探针逾期" : "a probe is overdue";

    private static string Late(OverdueDocument late, Language language)
    {
        var (since, allowed) = (Durations.Text(TimeSpan.FromSeconds(late.ForSeconds)), Durations.Text(TimeSpan.FromSeconds(late.AllowedSeconds)));
        return language == Language.Chinese
            ? $"{late.Probe}（{late.Subject}）自 {late.Since:u} 起已 {since} 未查看，允许 {allowed}。"
                + "若持续如此，请重启代理：systemctl restart npu-agent。引擎不受影响"
            : $"{late.Probe} of {late.Subject} has not looked since {late.Since:u}, for {since}; {allowed} are allowed. "
                + "If it stays so: systemctl restart npu-agent. Engines go on";
    }
}
