using System.Globalization;
using Agent.Adapters.Processes;

namespace Agent.Adapters.Systemd;

/// <summary>Asks and tells systemd through systemctl: its key=value text is stable, and needs no library to maintain.</summary>
internal sealed class SystemdUnits(IProcessRunner processes, string program, TimeSpan deadline)
{
    /// <summary>Time for one question, where no probe has a deadline of its own.</summary>
    public static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(10);

    /// <summary>A start or a stop goes through the queue of jobs, and other jobs may be before it.</summary>
    private static readonly TimeSpan JobLimit = TimeSpan.FromMinutes(2);

    private const string Properties = "LoadState,ActiveState,SubState,Result,MainPID,ExecMainCode,ExecMainStatus,InvocationID,Restart,OOMPolicy,FreezerState";

    /// <summary>The output of one invocation of a unit from its beginning, followed as it grows.</summary>
    public static CommandLine Journal(string invocationId) =>
        new("journalctl", ["--quiet", "--no-pager", "--output=cat", "--lines=all", "--follow", $"_SYSTEMD_INVOCATION_ID={invocationId}"]);

    /// <returns>The state, or the reason why it could not be had.</returns>
    public async Task<(UnitState? State, ToolRefusal? Problem)> ShowAsync(string unit, CancellationToken cancellation)
    {
        var command = new CommandLine(program, ["show", unit, "--no-pager", "--property=" + Properties]);
        var result = await processes.RunAsync(command, new ProcessLimits(deadline, 64 * 1024), cancellation: cancellation);
        if (!result.Succeeded)
            return (null, ToolRefusal.Of(result));

        var values = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0], StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Last()[1], StringComparer.Ordinal);
        return values.ContainsKey("LoadState") && values.ContainsKey("ActiveState")
            ? (Of(values), null)
            : (null, ToolRefusal.Unreadable($"{program} show {unit} answered without LoadState and ActiveState"));
    }

    /// <summary>
    /// The last line that one invocation of a unit printed, if the agent may read the journal. Lines that are there only for the record (debug) are
    /// left out.
    /// </summary>
    public async Task<string> LastLineAsync(string invocationId, CancellationToken cancellation)
    {
        var journal = new CommandLine("journalctl",
            ["--quiet", "--no-pager", "--output=cat", "--lines=1", "--priority=info", "_SYSTEMD_INVOCATION_ID=" + invocationId]);
        var printed = await processes.RunAsync(journal, new ProcessLimits(deadline, 64 * 1024), cancellation: cancellation);
        return printed.Succeeded ? printed.Output.Trim() : "";
    }

    /// <returns>Null when the unit was started, otherwise why not. The other methods return the same.</returns>
    public Task<ToolRefusal?> StartAsync(string unit, CancellationToken cancellation) => TellAsync(["start", unit], JobLimit, cancellation);

    /// <summary>Starts a oneshot unit and waits for its end.</summary>
    /// <returns>Why it did not succeed, or null; and the last line that its program printed, if the agent may read the journal.</returns>
    public async Task<(ToolRefusal? Refused, string Printed)> RunAsync(string unit, TimeSpan limit, CancellationToken cancellation)
    {
        var journal = new CommandLine("journalctl", ["--quiet", "--no-pager", "--output=cat", "--lines=1", "_SYSTEMD_UNIT=" + unit]);
        var refused = await TellAsync(["start", unit], limit, cancellation);
        var printed = await processes.RunAsync(journal, new ProcessLimits(deadline, 64 * 1024), cancellation: cancellation);
        return (refused, printed.Succeeded ? printed.Output.Trim() : "");
    }

    public Task<ToolRefusal?> StopAsync(string unit, CancellationToken cancellation) => TellAsync(["stop", unit], JobLimit, cancellation);

    /// <param name="unit">The unit.</param>
    /// <param name="whole">True: every process of the unit. False: only its main process.</param>
    /// <param name="signal">The signal's name.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<ToolRefusal?> KillAsync(string unit, bool whole, string signal, CancellationToken cancellation) =>
        TellAsync(["kill", whole ? "--kill-who=all" : "--kill-who=main", "--signal=" + signal, unit], JobLimit, cancellation);

    public Task<ToolRefusal?> ForgetFailureAsync(string unit, CancellationToken cancellation) => TellAsync(["reset-failed", unit], JobLimit, cancellation);

    private async Task<ToolRefusal?> TellAsync(IReadOnlyList<string> words, TimeSpan limit, CancellationToken cancellation)
    {
        // Nobody is there to type a password.
        var command = new CommandLine(program, ["--no-ask-password", .. words]);
        var result = await processes.RunAsync(command, new ProcessLimits(limit, 64 * 1024), cancellation: cancellation);
        return result.Succeeded ? null : ToolRefusal.Of(result);
    }

    private static UnitState Of(Dictionary<string, string> values) =>
        new(values["LoadState"], values["ActiveState"], Text(values, "SubState"), Text(values, "Result"))
        {
            MainPid = Number(values, "MainPID"),
            ExitKind = Number(values, "ExecMainCode"),
            ExitNumber = Number(values, "ExecMainStatus"),
            InvocationId = Text(values, "InvocationID"),
            Restart = Text(values, "Restart"),
            OomPolicy = Text(values, "OOMPolicy"),
            Freezer = Text(values, "FreezerState"),
        };

    private static string Text(Dictionary<string, string> values, string key) => values.GetValueOrDefault(key, "");

    private static int Number(Dictionary<string, string> values, string key) =>
        int.TryParse(Text(values, key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
