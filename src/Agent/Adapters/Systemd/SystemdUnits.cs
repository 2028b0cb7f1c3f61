using Agent.Adapters.Processes;

namespace Agent.Adapters.Systemd;

/// <summary>A unit as <c>systemctl show</c> tells it (the same words since systemd 243).</summary>
internal sealed record UnitState(string LoadState, string ActiveState, string SubState, string Result)
{
    public bool IsKnown => LoadState == "loaded";
}

/// <summary>Asks systemd through systemctl: stable key=value text, and nothing to maintain.</summary>
internal sealed class SystemdUnits(IProcessRunner processes, string program, TimeSpan deadline)
{
    /// <returns>The state, or the reason why it could not be had.</returns>
    public async Task<(UnitState? State, string? Problem)> ShowAsync(string unit, CancellationToken cancellation)
    {
        var command = new CommandLine(program, ["show", unit, "--no-pager", "--property=LoadState,ActiveState,SubState,Result"]);
        var result = await processes.RunAsync(command, new ProcessLimits(deadline, 64 * 1024), cancellation: cancellation);
        if (!result.Succeeded)
            return (null, result.Describe());

        var values = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0], StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Last()[1], StringComparer.Ordinal);
        return values.ContainsKey("LoadState") && values.ContainsKey("ActiveState")
            ? (new UnitState(values["LoadState"], values["ActiveState"], values.GetValueOrDefault("SubState", ""), values.GetValueOrDefault("Result", "")), null)
            : (null, $"{program} show {unit} answered without LoadState and ActiveState");
    }
}
