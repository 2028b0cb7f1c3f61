using System.Diagnostics;
using System.Globalization;
using Agent.Adapters.Processes;

namespace Agent.Adapters.Hccn;

/// <summary>A port of a 950, which has several on each of its dies. Older chips have one, and name none.</summary>
internal readonly record struct HccnPort(int Die, int Number)
{
    /// <summary>Reads DIE/PORT. The form was checked with the settings.</summary>
    public static HccnPort Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return new HccnPort(int.Parse(text.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture),
            int.Parse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture));
    }
}

/// <summary>Either a text or a problem.</summary>
internal sealed record HccnAnswer(HccnText? Text, HccnProblem? Problem);

/// <summary>
/// Asks hccn_tool about the network port of a chip. It only ever reads. It makes one call at a time, because hccn_tool refuses a second call as busy.
/// </summary>
internal sealed class HccnTool(IProcessRunner processes, string program, TimeSpan deadline)
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly LastAnswers _known = new();

    /// <param name="device">Logic id of the chip.</param>
    /// <param name="port">Null for chips with one port (910, 910B, A3). With a port, the question is in the grammar of the 950.</param>
    /// <param name="item">The item to get, without its dash: link, net_health, optical, link_stat, speed, stat, port_info.</param>
    public async Task<HccnAnswer> GetAsync(int device, HccnPort? port, string item, CancellationToken cancellation)
    {
        string[] arguments = port is { } one
            ? ["-g", $"-{item}", "-i", $"{device}", "-u", $"{one.Die}", "-p", $"{one.Number}"]
            : ["-i", $"{device}", $"-{item}", "-g"];
        var result = await RunAsync(arguments, cancellation);
        return ProblemOf(result) is { } problem ? new HccnAnswer(null, problem) : new HccnAnswer(HccnText.Parse(result.Output), null);
    }

    /// <summary>For evidence: the output of the tool, unread.</summary>
    public async Task<ProcessResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            var asked = Stopwatch.GetTimestamp();
            var result = await processes.RunAsync(new CommandLine(program, arguments), new ProcessLimits(deadline, 256 * 1024), cancellation: cancellation);
            if (ProblemOf(result) is null)
                _known.Keep(asked, result);
            return result;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>For evidence: the last answer to the same question, no matter which part of the agent asked.</summary>
    public LastAnswer? Last(IReadOnlyList<string> arguments) => _known.Find(arguments);

    private static HccnProblem? ProblemOf(ProcessResult result) => result.End switch
    {
        ProcessEnd.NotFound => new(HccnTrouble.Absent, $"{result.Command.Program} was not found",
            "set vendor.hccn_tool to its path (often /usr/local/Ascend/driver/tools/hccn_tool)"),
        ProcessEnd.TimedOut or ProcessEnd.Abandoned => new(HccnTrouble.Hangs, result.Describe(), "look for processes in D state; look at the kernel log"),
        ProcessEnd.CouldNotStart => new(HccnTrouble.Failed, result.Describe(), "check the permissions of the program and of the agent's user"),
        _ => HccnMessages.ProblemIn(result.Output + "\n" + result.Error)
            ?? (result.ExitCode != 0 || result.Output.AsSpan().Trim().IsEmpty ? new(HccnTrouble.Failed, result.Describe(), "run the same command by hand")
                : null),
    };
}
