using System.Globalization;

namespace Agent.Simulator.Control;

/// <summary>Ends a host: kills the processes that its wrappers started, whatever their parents are now, and removes the folder.</summary>
internal static class DownCommand
{
    /// <summary>A variable in the environment of every process of a host. It names the folder.</summary>
    public const string Marker = "SIMULATED_PROCESS_OF";

    private const int Kill = 9;
    private const int Rounds = 20;

    public static int Run(World world)
    {
        var settings = world.Settings;
        var killed = 0;
        for (var round = 0; round < Rounds; round++)
        {
            // The search is repeated until no process is left: one of them may have started a child meanwhile.
            var found = Members(world).ToList();
            if (found.Count == 0)
                break;
            foreach (var (pid, ticks) in found)
                Processes.Signal(pid, ticks, Kill);
            killed = Math.Max(killed, found.Count);
            Thread.Sleep(20);
        }

        foreach (var entry in Directory.EnumerateFileSystemEntries(world.Folder).ToList())
        {
            if (Directory.Exists(entry))
                Directory.Delete(entry, recursive: true);
            else
                File.Delete(entry);
        }

        if (settings.MadeFolder)
            Directory.Delete(world.Folder);
        return ControlProgram.Say($"{world.Folder} is gone, {killed} processes with it");
    }

    private static IEnumerable<(int Pid, long StartTicks)> Members(World world)
    {
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(entry), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) || pid == Environment.ProcessId)
                continue;
            // The start time is read first. If the number goes to another process in between, the signal is not sent.
            if (Processes.StartTicks(pid) is { } ticks && Belongs(pid, world))
                yield return (pid, ticks);
        }
    }

    private static bool Belongs(int pid, World world)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/environ").Split('\0').Contains($"{Marker}={world.Folder}");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
