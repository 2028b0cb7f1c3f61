using System.Globalization;
using System.Runtime.InteropServices;

namespace Agent.Adapters.Processes;

/// <summary>
/// Gives back memory that only the start of the agent used: garbage, and pages of the program. The pages come back from the file of the program when
/// they are needed again. Without this, they would be half of the memory that the agent holds for as long as it runs.
/// </summary>
internal static partial class OwnMemory
{
    private const int DontNeed = 4;

    public static void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        if (!OperatingSystem.IsLinux() || Environment.ProcessPath is not { } program)
            return;
        try
        {
            foreach (var (start, length) in Unwritten(File.ReadAllLines("/proc/self/smaps"), program))
                _ = Advise(start, length, DontNeed);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // This host has no such file. The pages stay, and nothing else is different.
        }
    }

    /// <summary>
    /// Mappings of a program that cannot be written to and hold no page of their own. Relocated pages are pages of their own; to drop them would lose
    /// them.
    /// </summary>
    internal static IEnumerable<(nint Start, nint Length)> Unwritten(IEnumerable<string> smaps, string program)
    {
        (nint Start, nint Length)? mapping = null;
        foreach (var line in smaps)
        {
            if (Mapping(line) is { } next)
                mapping = next.Path == program && next.Rights is ("r-xp" or "r--p") ? (next.Start, next.End - next.Start) : null;
            else if (mapping is { } unwritten && line.StartsWith("Anonymous:", StringComparison.Ordinal) && line.EndsWith(" 0 kB", StringComparison.Ordinal))
                yield return unwritten;
        }
    }

    /// <summary>
    /// Reads <c>55ab38ada000-55ab395ac000 r-xp 00aad000 fe:00 1234 /usr/bin/npu-agent</c>; other lines begin with a word and a colon.
    /// </summary>
    private static (nint Start, nint End, string Rights, string Path)? Mapping(string line)
    {
        var words = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Length >= 5 && words[0].Split('-') is [var start, var end]
            ? (nint.Parse(start, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                nint.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture), words[1], words.ElementAtOrDefault(5) ?? "")
            : null;
    }

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    private static partial int Advise(nint start, nint length, int advice);
}
