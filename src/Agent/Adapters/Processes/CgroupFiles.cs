using System.Globalization;

namespace Agent.Adapters.Processes;

/// <summary>
/// The kernel's facts about a cgroup, for version 2 and for the controllers of version 1. If the agent does not see the groups of the host under
/// their names in /proc, it gets no facts.
/// </summary>
/// <param name="root">The folder at which they are mounted.</param>
internal sealed class CgroupFiles(string root = "/sys/fs/cgroup")
{
    /// <summary>Whether the kernel lets none of the group's processes run.</summary>
    /// <param name="groups">Text of /proc/PID/cgroup.</param>
    public bool IsFrozen(string groups) =>
        Value(Read(groups, "", "cgroup.events"), "frozen") == 1 || Read(groups, "freezer", "freezer.state")?.TrimEnd() is "FROZEN" or "FREEZING";

    /// <summary>How many processes in the group or below it the kernel killed because memory ran out; null when the kernel does not tell.</summary>
    /// <param name="groups">Text of /proc/PID/cgroup.</param>
    public long? MemoryKills(string groups) =>
        Value(Read(groups, "", "memory.events"), "oom_kill") ?? Value(Read(groups, "memory", "memory.oom_control"), "oom_kill");

    // "hierarchy:controllers:path"; version 2 has no controllers there.
    private string? Read(string groups, string controller, string file)
    {
        foreach (var parts in groups.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':', 3)))
        {
            // The root group holds the processes of everybody.
            if (parts.Length < 3 || parts[2] is "/" or "" || parts[2].Contains("..", StringComparison.Ordinal) || !parts[1].Split(',').Contains(controller))
                continue;
            try
            {
                return File.ReadAllText(Path.Combine(root, controller, parts[2].TrimStart('/'), file));
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }

        return null;
    }

    private static long? Value(string? text, string key) =>
        text?.Split('\n').Select(line => line.Split(' ')).FirstOrDefault(pair => pair[0] == key) is [_, var value]
        && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
