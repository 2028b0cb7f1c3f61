using System.Globalization;
using Agent.Adapters.Files;
using Agent.Adapters.Processes;
using Agent.Domain.Faults;

namespace Agent.Engines.Starting;

/// <summary>
/// /dev/shm, where the processes of an engine meet. Segments that a killed engine leaves there stay until somebody removes them. A full
/// /dev/shm makes every start fail in the same way, with SIGBUS or a bad address. A segment is removed only if it belongs to the present
/// user and no living process has mapped or opened it. Nothing is removed if the agent
/// may not look into a process of that user, or a process does not show in time what it has mapped.
/// </summary>
internal sealed class SharedMemory(OpenFiles files, string folder = SharedMemory.Folder)
{
    public const string Folder = "/dev/shm";

    private const double Mebibyte = 1024 * 1024;

    private static readonly string[] Patterns = ["psm_*", "sem.*", "vllm_offload_*"];

    /// <returns>Null when there is room for an engine; only ranks of several processes need it.</returns>
    public (StartRefusal? Refusal, string Detail) Room(SupervisedEngine engine)
    {
        if (engine.Settings.TensorParallelSize == 1 || !Directory.Exists(folder))
            return (null, "");
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var text = string.Create(CultureInfo.InvariantCulture, $"{folder} has {free / Mebibyte:0} MiB free");
        return free >= engine.Settings.SharedMemoryMin
            ? (null, text)
            : (new StartRefusal(FaultCodes.SharedMemoryFull, string.Create(CultureInfo.InvariantCulture,
                $"{text}, start.shared_memory asks for {engine.Settings.SharedMemoryMin / Mebibyte:0}: {Largest()}")), text);
    }

    /// <returns>The names of the removed files.</returns>
    public IReadOnlyList<string> RemoveLeftovers()
    {
        if (!Directory.Exists(folder))
            return [];
        // The list is made before the look at mappings and descriptors. So a segment that appears meanwhile is not on the list.
        var own = FileOwner.Self;
        var found = Patterns.SelectMany(p => Directory.GetFiles(folder, p)).Where(f => FileOwner.Of(f) == own).ToHashSet(StringComparer.Ordinal);
        if (found.Count == 0 || files.IsBlindTo(own) || files.MappedFiles() is not { } mapped)
            return [];
        found.ExceptWith(mapped);
        found.ExceptWith(files.Descriptors().Select(d => d.Target));
        foreach (var file in found)
            File.Delete(file);
        return [.. found.Order(StringComparer.Ordinal).Select(f => Path.GetFileName(f))];
    }

    private string Largest()
    {
        var largest = PlainFolder.Find(folder)!.Files().Where(f => f.Exists).OrderByDescending(f => f.Length).Take(3).ToList();
        return largest.Count == 0 ? "it is small, mount a larger one"
            : $"most is in {string.Join(", ", largest.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Name} ({f.Length / Mebibyte:0} MiB)")))}";
    }
}
