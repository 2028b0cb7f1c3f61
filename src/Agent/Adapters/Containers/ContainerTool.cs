using Agent.Adapters.Processes;

namespace Agent.Adapters.Containers;

/// <summary>
/// A docker-compatible command line: isula, docker or podman. The agent uses only verbs and options that all three have. isula has no --init, no
/// --stop-timeout, no `logs --since` and no `events --filter`, and its socket speaks another protocol.
/// </summary>
/// <param name="processes">Starts the tool.</param>
/// <param name="words">The program, and its own options before the verb.</param>
internal sealed class ContainerTool(IProcessRunner processes, IReadOnlyList<string> words)
{
    private static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(10);

    /// <summary>A start may have to unpack layers of an image of many GB.</summary>
    private static readonly TimeSpan ChangeLimit = TimeSpan.FromMinutes(5);

    public string Program => words[0];

    /// <returns>The state. Null with a problem when the state could not be had; null without a problem when there is no such container.</returns>
    public async Task<(ContainerState? State, ToolRefusal? Problem)> InspectAsync(string name, CancellationToken cancellation)
    {
        var result = await RunAsync(["inspect", name], LookLimit, cancellation);
        if (result.Succeeded)
            return ContainerState.Parse(result.Output) is { } state ? (state, null)
                : (null, ToolRefusal.Unreadable($"{Program} inspect {name} answered with something else than JSON of a container"));
        return (null, result.End == ProcessEnd.Exited && SaysMissing(result.Error) ? null : ToolRefusal.Of(result));
    }

    /// <returns>Null when the container runs, otherwise why not.</returns>
    public Task<ToolRefusal?> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        ChangeAsync(["run", "-d", .. arguments], cancellation);

    public Task<ToolRefusal?> KillAsync(string name, string signal, CancellationToken cancellation) => ChangeAsync(["kill", "-s", signal, name], cancellation);

    public Task<ToolRefusal?> StopAsync(string name, CancellationToken cancellation) => ChangeAsync(["stop", "-t", "1", name], cancellation);

    /// <summary>Removes a container. A container that is gone meanwhile counts as removed.</summary>
    public async Task<ToolRefusal?> RemoveAsync(string name, CancellationToken cancellation) =>
        await ChangeAsync(["rm", "-f", name], cancellation) is { } refused && !SaysMissing(refused.Said) ? refused : null;

    /// <summary>The log driver for a container whose `run` does not name one; null when it could not be had.</summary>
    public async Task<string?> LogDriverAsync(CancellationToken cancellation)
    {
        var result = await RunAsync(["info"], LookLimit, cancellation);
        // docker and isula: "Logging Driver: json-file"; podman: "logDriver: k8s-file".
        return result.Succeeded
            ? result.Output.Split('\n').Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
                .FirstOrDefault(pair => pair is ["Logging Driver" or "logDriver", _])?[1]
            : null;
    }

    /// <summary>The output of the container from its beginning, followed as it grows.</summary>
    public CommandLine Logs(string name) => CommandLine.Of([.. words, "logs", "-f", name]);

    private async Task<ToolRefusal?> ChangeAsync(IReadOnlyList<string> verb, CancellationToken cancellation)
    {
        var result = await RunAsync(verb, ChangeLimit, cancellation);
        return result.Succeeded ? null : ToolRefusal.Of(result);
    }

    private Task<ProcessResult> RunAsync(IReadOnlyList<string> verb, TimeSpan limit, CancellationToken cancellation) =>
        processes.RunAsync(CommandLine.Of([.. words, .. verb]), new ProcessLimits(limit), cancellation: cancellation);

    // docker: "No such object"; podman: "no such object", "no such container"; isula: "No such image or container or accelerator".
    private static bool SaysMissing(string error) => error.Contains("no such", StringComparison.OrdinalIgnoreCase);
}
