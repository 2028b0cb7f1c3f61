using System.CommandLine;
using System.ComponentModel;
using System.Text.Json;
using Agent.Adapters.Processes;
using Agent.Engines;
using Agent.Engines.Kinds;

namespace Agent.Commands;

/// <summary>
/// What the unit npu-engine@NAME runs. It becomes the engine that the agent wrote down: no shell, no secret in a command
/// line, and the unit's main process is the engine itself.
/// </summary>
internal static class EngineExecCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "The engine's name in agent.yaml." };
        var command = new Command("exec", "Become the engine that the agent wrote down; for the unit npu-engine@NAME.") { Hidden = true };
        command.Arguments.Add(name);
        command.SetAction(parse => Run(LaunchFile.Of(parse.GetRequiredValue(name))));
        return command;
    }

    private static int Run(string file)
    {
        try
        {
            var launch = LaunchFile.Read(file);
            ProgramExchange.Become(new DetachedStart(launch.Command, DetachedStart.InheritedEnvironment(launch.Environment), LogOf(launch)));
            return ExitCodes.Failed;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or JsonException or Win32Exception)
        {
            Console.Error.WriteLine($"{file}: {refused.Message}. The agent writes it when it starts the engine: npu-agent engine start NAME");
            return ExitCodes.Failed;
        }
    }

    /// <summary>Started again by somebody else than the agent, it gets a file of its own: what an earlier run told is not told of this one.</summary>
    private static string LogOf(EngineLaunch launch) => new FileInfo(launch.LogFile) is { Exists: true, Length: > 0 }
        ? new EngineFolder(Path.GetDirectoryName(launch.LogFile)!).NewLogFile(TimeProvider.System.GetUtcNow())
        : launch.LogFile;
}
