
namespace Agent.Adapters.Processes;

internal enum ProcessEnd
{
    Exited,

    /// <summary>Killed at its deadline.</summary>
    TimedOut,

    /// <summary>No such program.</summary>
    NotFound,
    CouldNotStart,

    /// <summary>It could not even be killed (uninterruptible sleep in a driver). The agent leaves it alone and never waits for it.</summary>
    Abandoned,
}

/// <summary>How a child process ended and what it printed.</summary>
internal sealed record ProcessResult(CommandLine Command, ProcessEnd End, int ExitCode, string Output, string Error, bool Truncated, TimeSpan Duration)
{
    public bool Succeeded => End == ProcessEnd.Exited && ExitCode == 0;

    /// <summary>One line for people, with the first line that the process printed.</summary>
    public string Describe()
    {
        var said = Error.Length > 0 ? Error : Output;
        var line = said.AsSpan().Trim();
        var newLine = line.IndexOf('\n');
        var first = (newLine < 0 ? line : line[..newLine]).Trim().ToString();
        var end = End switch
        {
            ProcessEnd.Exited => $"exit code {ExitCode}",
            ProcessEnd.TimedOut => $"killed after {Duration.TotalSeconds:0.0} s",
            ProcessEnd.NotFound => "program not found",
            ProcessEnd.Abandoned => "does not end and cannot be killed",
            _ => "could not be started",
        };
        // A process that was not started printed nothing: the reason is the agent's own text.
        var told = first.Length > 200 && End is not (ProcessEnd.NotFound or ProcessEnd.CouldNotStart) ? first[..200] : first;
        return told.Length == 0 ? $"{Command.Program}: {end}" : $"{Command.Program}: {end}: {told}";
    }
}

/// <summary>The limits of a child.</summary>
internal sealed record ProcessLimits(TimeSpan Deadline, int OutputBytes = 1024 * 1024)
{
    /// <summary>The time that a killed child gets to be gone, before it counts as unkillable.</summary>
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(2);
}
