using System.CommandLine;
using Agent.Commands.Syntax;
using Agent.Web;

namespace Agent.Commands.Engine;

/// <summary>The commands of an operator for an engine.</summary>
internal static class EngineCommand
{
    public static Command Create()
    {
        var command = CommandLineParts.Command("engine",
            "Start, stop, restart or adopt an engine through the running agent; explain it; judge its answers and its speed.", "engine restart deepseek",
            "engine stop deepseek", "engine explain deepseek --command");
        command.Subcommands.Add(Verb("start", "Start an engine and wait until it serves. From then on the agent keeps it running."));
        command.Subcommands.Add(Verb("stop", "Drain and stop an engine. The agent leaves it stopped."));
        command.Subcommands.Add(Verb("restart", "Drain, stop and start an engine, and wait until it serves."));
        command.Subcommands.Add(Verb("adopt",
            "Take over an engine that somebody started by hand with this model and port, as it runs. From then on the agent keeps it running."));
        command.Subcommands.Add(EngineExplainCommand.Create());
        command.Subcommands.Add(EngineAcceptCommand.Create());
        command.Subcommands.Add(EngineReferenceCommand.Create());
        command.Subcommands.Add(EngineCompareCommand.Create());
        command.Subcommands.Add(EngineBenchCommand.Create());
        command.Subcommands.Add(EngineExecCommand.Create());
        command.Subcommands.Add(EngineClearCommand.Create());
        return command;
    }

    public static Argument<string> Name() =>
        new("name") { Description = "The engine's name in agent.yaml.", HelpName = "name", CompletionSources = { KnownWords.Engines } };

    private static Command Verb(string verb, string description)
    {
        var name = Name();
        var reason = new Option<string>("--reason") { Description = "For the journal.", DefaultValueFactory = _ => "", HelpName = "TEXT" };
        var command = CommandLineParts.Command(verb, description, $"engine {verb} deepseek");
        command.Arguments.Add(name);
        command.Options.Add(reason);
        command.SetAction(CommandLineParts.WithDaemon(async (settings, parse, cancellation) =>
        {
            await Console.Error.WriteLineAsync($"{verb} of {parse.GetRequiredValue(name)} ...");
            return await CommandLineParts.AskDaemonAsync(settings, client => client.PostAsync(
                $"/engines/{Uri.EscapeDataString(parse.GetRequiredValue(name))}",
                new EngineRequest(verb, parse.GetRequiredValue(reason), ControlClient.ClaimedBy),
                ControlJson.Default.EngineRequest,
                cancellation));
        }));
        return command;
    }
}
