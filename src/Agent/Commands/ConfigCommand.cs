using System.CommandLine;
using Agent.Adapters.Files;
using Agent.Adapters.Processes;
using Agent.Commands.Syntax;
using Agent.Configuration;
using Agent.Configuration.Engines;
using Agent.Configuration.Host;
using Agent.Engines.Kinds;
using Agent.Engines.Signs;
using Agent.ForeignText;
using Agent.Screens;

namespace Agent.Commands;

/// <summary>The configuration: is it right, and what is in force.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var command = CommandLineParts.Command("config", "Check and show the configuration.", "config validate --config ./agent.yaml", "config show");
        var validate = CommandLineParts.Command("validate",
            "Check the file. Exit code 78 with every mistake on a line of its own; notes on what is allowed and not what it looks like.",
            "config validate --config ./agent.yaml");
        validate.SetAction(CommandLineParts.WithSettings(CommandLineParts.AfterFiles(async (settings, _, cancellation) =>
        {
            Screen.Here().Line(
                $"{settings.File}: valid; {settings.Engines.Count} engine(s), profile {settings.Vendor.Profile} ({settings.Vendor.ProfileReason})");
            await NoteAsync(settings, cancellation);
            return ExitCodes.Ok;
        }), usesState: false));
        var show = CommandLineParts.Command("show", "Show the settings in force as JSON, defaults included. Secrets are not shown.", "config show");
        show.SetAction(CommandLineParts.WithSettings((settings, _, _) =>
        {
            Console.WriteLine(Text(settings));
            return Task.FromResult(ExitCodes.Ok);
        }, usesState: false));
        command.Subcommands.Add(validate);
        command.Subcommands.Add(show);
        return command;
    }

    internal static string Text(AgentSettings settings) =>
        new Redaction(settings.SecretValues).Clean(SettingsJson.Shown(settings).ToJsonString(SettingsJson.Readable.Options));

    /// <summary>What is allowed and not what it looks like; and what may not be so on this host, which need not be the one that the file is for.</summary>
    private static async Task NoteAsync(AgentSettings settings, CancellationToken cancellation)
    {
        if (ContainerLimits.Here(settings) is { } limits)
            Screen.Here().Line($"note: {limits}");
        if (!OperatingSystem.IsWindows() && settings.Engines.Any(e => e.RunsIn.IsOwnUnit) && OwnedPath.Problem(settings.File) is { } others)
            Screen.Here().Line($"note: engines of kind systemd are started by what root reads in this file, which is not in root's hands alone: {others}");
        foreach (var file in NamedFile.Problems(settings, needed: false))
            Screen.Here().Line($"note: {file}");
        if (JudgeLimits.Note(settings.Probes) is { } beat)
            Screen.Here().Line($"note: {beat}");
        var runner = new ProcessRunner(TimeProvider.System);
        foreach (var engine in settings.Engines)
        {
            var kind = EngineKinds.Of(settings, engine, keeps: false, runner, Composition.Units(settings, runner), new ProcessTable());
            foreach (var note in EngineNotes.Of(engine).Concat(await kind.CautionsAsync(cancellation)))
                Screen.Here().Line($"note: engine {engine.Name}: {note}");
        }
    }
}
