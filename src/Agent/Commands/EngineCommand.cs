using System.CommandLine;
using Agent.Engines;
using Agent.Web;

namespace Agent.Commands;

/// <summary>What an operator does with an engine.</summary>
internal static class EngineCommand
{
    public static Command Create()
    {
        var command = CommandLineParts.Command("engine", "Start, stop or restart an engine through the running agent.", "engine restart deepseek", "engine stop deepseek", "engine command deepseek");
        command.Subcommands.Add(Verb("start", "Start an engine and wait until it serves. From then on the agent keeps it running."));
        command.Subcommands.Add(Verb("stop", "Drain and stop an engine. The agent leaves it stopped."));
        command.Subcommands.Add(Verb("restart", "Drain, stop and start an engine, and wait until it serves."));
        command.Subcommands.Add(ShowCommandLine());
        command.Subcommands.Add(EngineExecCommand.Create());
        return command;
    }

    private static Argument<string> Name() => new("name") { Description = "The engine's name in agent.yaml." };

    private static Command Verb(string verb, string description)
    {
        var name = Name();
        var reason = new Option<string>("--reason") { Description = "For the journal.", DefaultValueFactory = _ => "", HelpName = "TEXT" };
        var command = CommandLineParts.Command(verb, description, $"engine {verb} deepseek");
        command.Arguments.Add(name);
        command.Options.Add(reason);
        command.SetAction(CommandLineParts.WithSettings(async (settings, parse, cancellation) =>
        {
            await Console.Error.WriteLineAsync($"{verb} of {parse.GetRequiredValue(name)} ...");
            return await CommandLineParts.AskDaemonAsync(settings, client => client.PostAsync(
                $"/engines/{Uri.EscapeDataString(parse.GetRequiredValue(name))}",
                new EngineRequest(verb, parse.GetRequiredValue(reason), CommandLineParts.User),
                ControlJson.Default.EngineRequest,
                cancellation));
        }));
        return command;
    }

    private static Command ShowCommandLine()
    {
        var name = Name();
        var command = CommandLineParts.Command("command", "Print the command line that the engine section becomes.", "engine command deepseek");
        command.Arguments.Add(name);
        command.SetAction(CommandLineParts.WithSettings((settings, parse, _) =>
        {
            var wanted = parse.GetRequiredValue(name);
            if (settings.Engines.FirstOrDefault(e => e.Name == wanted) is not { } engine)
            {
                Console.Error.WriteLine($"no engine '{wanted}' in {settings.File}; there are: {string.Join(", ", settings.Engines.Select(e => e.Name))}");
                return Task.FromResult(ExitCodes.NotFound);
            }

            Console.WriteLine(EngineCommandLine.Render(engine));
            return Task.FromResult(ExitCodes.Ok);
        }));
        return command;
    }
}
