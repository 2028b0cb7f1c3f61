using System.Globalization;

namespace Agent.Benchmarks;

/// <summary>How far this process grew while something ran, as the kernel counts it.</summary>
internal sealed class PeakMemory
{
    private readonly long _resident = Status("VmRSS:");
    private readonly long _allocated = GC.GetTotalAllocatedBytes(precise: true);

    public static PeakMemory Begin()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // Sets VmHWM back to what is resident now, see proc(5).
        File.WriteAllText("/proc/self/clear_refs", "5");
        return new PeakMemory();
    }

    /// <returns>The most that was resident above the beginning, and what was allocated in all; in bytes.</returns>
    public (long Peak, long Allocated) End() => (Status("VmHWM:") - _resident, GC.GetTotalAllocatedBytes(precise: true) - _allocated);

    private static long Status(string name)
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
    }
}
