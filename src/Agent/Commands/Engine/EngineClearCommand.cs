using System.CommandLine;
using Agent.Adapters.Processes;
using Agent.Commands.Syntax;
using Agent.Engines.Kinds;
using Agent.Engines.Starting;
using Agent.ForeignText;

namespace Agent.Commands.Engine;

/// <summary>
/// The command that the unit npu-engine@NAME runs before and after an engine, as the engine's own user: it removes the leftovers of a killed engine.
/// </summary>
internal static class EngineClearCommand
{
    /// <summary>The journal keeps the line, but nobody takes it for the reason why a start failed.</summary>
    private const string ForTheRecord = "<7>";

    public static Command Create()
    {
        var name = EngineCommand.Name();
        var command = new Command("clear", "Remove what a killed engine of this user left in /dev/shm; for the unit npu-engine@NAME.") { Hidden = true };
        command.Arguments.Add(name);
        command.SetAction(parse => Run(OwnUnit.Of(parse.GetRequiredValue(name))));
        return command;
    }

    /// <summary>
    /// A line of the journal. The engine chose the names of its files. A line end in one would begin a line of its own there, with a priority that
    /// systemd takes from its front: one of 0 is told on every terminal.
    /// </summary>
    public static string Line(string text) => ForTheRecord + Printable.Of(text);

    private static int Run(OwnUnit unit)
    {
        if (EngineExecCommand.ProblemOfRoot(unit.LaunchFile) is { } problem)
        {
            Console.Error.WriteLine(problem);
            return ExitCodes.Refused;
        }

        try
        {
            var removed = UnitLeftovers.Remove(LaunchFile.TryRead(unit.LaunchFile)?.Command, new SharedMemory(new OpenFiles()), new SocketTable());
            if (removed.Count > 0)
                Console.WriteLine(Line($"removed {string.Join(", ", removed)}"));
            return ExitCodes.Ok;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(Line($"not everything could be removed: {refused.Message}"));
            return ExitCodes.Failed;
        }
    }
}
