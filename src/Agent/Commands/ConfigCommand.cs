using System.CommandLine;
using System.Text.Json;
using Agent.Bundles;
using Agent.Configuration;

namespace Agent.Commands;

/// <summary>The configuration: is it right, and what is in force.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var command = CommandLineParts.Command("config", "Check and show the configuration.", "config validate --config ./agent.yaml", "config show");
        var validate = CommandLineParts.Command("validate", "Check the file. Exit code 78 with every mistake on a line of its own; notes on what is allowed and not what it looks like.", "config validate --config ./agent.yaml");
        validate.SetAction(CommandLineParts.WithSettings((settings, _, _) =>
        {
            Console.WriteLine($"{settings.File}: valid; {settings.Engines.Count} engine(s), profile {settings.Vendor.Profile} ({settings.Vendor.ProfileReason})");
            foreach (var engine in settings.Engines)
            {
                foreach (var note in EngineNotes.Of(engine))
                    Console.WriteLine($"note: engine {engine.Name}: {note}");
            }

            return Task.FromResult(ExitCodes.Ok);
        }));
        var show = CommandLineParts.Command("show", "Show the settings in force as JSON, defaults included. Secrets are not shown.", "config show");
        show.SetAction(CommandLineParts.WithSettings((settings, _, _) =>
        {
            Console.WriteLine(new Redaction(settings.SecretValues).Clean(JsonSerializer.Serialize(settings, SettingsJson.Readable.AgentSettings)));
            return Task.FromResult(ExitCodes.Ok);
        }));
        command.Subcommands.Add(validate);
        command.Subcommands.Add(show);
        return command;
    }
}
