using System.CommandLine;
using System.ComponentModel;
using System.Text.Json;
using Agent.Adapters.Files;
using Agent.Adapters.Processes;
using Agent.Commands.Syntax;
using Agent.Engines.Kinds;
using Agent.ForeignText;

namespace Agent.Commands.Engine;

/// <summary>
/// The command that the unit npu-engine@NAME runs. It becomes the engine that the agent wrote down. No
/// shell is used, no secret stands in a command line, and the unit's main process is the engine itself.
/// </summary>
internal static class EngineExecCommand
{
    public static Command Create()
    {
        var name = EngineCommand.Name();
        var command = new Command("exec", "Become the engine that the agent wrote down; for the unit npu-engine@NAME.") { Hidden = true };
        command.Arguments.Add(name);
        command.SetAction(parse => Run(OwnUnit.Of(parse.GetRequiredValue(name)).LaunchFile));
        return command;
    }

    private static int Run(string file)
    {
        if (ProblemOfRoot(file) is { } problem)
        {
            Console.Error.WriteLine(problem);
            return ExitCodes.Refused;
        }

        try
        {
            var launch = LaunchFile.Read(file);
            // The process id stays the same, and the agent finds the engine by it.
            var self = new ProcessTable().Read(Environment.ProcessId)!.Id;
            ProgramExchange.Become(new DetachedStart(launch.Command, DetachedStart.InheritedEnvironment(launch.Environment), launch.LogFile), RunMark.Of(self));
            return ExitCodes.Failed;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or JsonException or Win32Exception)
        {
            Console.Error.WriteLine($"{file}: {Printable.Of(refused.Message)}. The agent writes it when it starts the engine: npu-agent engine start NAME");
            return ExitCodes.Failed;
        }
    }

    /// <summary>The launch file is written by the agent's user, for the engines' user to run. Root does not run it, whoever calls the command.</summary>
    public static string? ProblemOfRoot(string file) => !OperatingSystem.IsWindows() && FileOwner.IsRoot && OwnedPath.Problem(file) is { } problem
        ? $"root does nothing with {file}: {problem}. The unit uses it as its own user: npu-agent engine start NAME"
        : null;
}
