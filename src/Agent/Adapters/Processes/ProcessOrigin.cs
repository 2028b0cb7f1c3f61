using System.Text.RegularExpressions;

namespace Agent.Adapters.Processes;

/// <summary>The origin of a process, for people who have to find its owner: container or unit by its cgroup, and its command.</summary>
internal static class ProcessOrigin
{
    // docker-ID.scope, /docker/ID, cri-containerd-ID.scope, /isulad/ID, libpod-ID.scope, /kubepods/.../ID
    private static readonly Regex Container = RarePattern.Of(@"[/-]([0-9a-f]{64})\b");

    private static readonly Regex Unit = RarePattern.Of(@"/([^/\s]+\.service)\b");

    private const int CommandLength = 80;

    /// <param name="processes">The host's processes.</param>
    /// <param name="pid">The process.</param>
    /// <param name="otherwise">Words of another source about it, for a process that /proc does not show: it may be of another pid namespace.</param>
    public static string Describe(ProcessTable processes, int pid, string otherwise = "")
    {
        if (processes.Read(pid) is not { } entry)
            return $"process {pid}{(otherwise.Length > 0 ? " " + otherwise : "")}, which /proc does not show";
        var place = Place(processes.Text(pid, "cgroup") ?? "");
        var command = entry.CommandLine.Length > CommandLength ? entry.CommandLine[..CommandLength] + "..." : entry.CommandLine;
        return $"process {pid} {entry.Name}{(place is null ? "" : $" of {place}")}{(command.Length > 0 ? $" ({command})" : "")}";
    }

    /// <returns>Container or unit; null for a process of the host that belongs to no unit.</returns>
    public static string? Place(string cgroup)
    {
        if (Container.Match(cgroup) is { Success: true } container)
            return $"container {container.Groups[1].ValueSpan[..12]}";
        return Unit.Matches(cgroup) is { Count: > 0 } units ? units[^1].Groups[1].Value : null;
    }
}
