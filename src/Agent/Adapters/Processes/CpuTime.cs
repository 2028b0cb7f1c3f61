using System.Globalization;

namespace Agent.Adapters.Processes;

/// <summary>The CPU time that a process has had so far.</summary>
/// <param name="Used">The time of all its threads, also of threads that ended.</param>
/// <param name="Waited">How long its first thread was ready to run and had no CPU; zero when the kernel does not count it.</param>
/// <param name="Wants">At this moment a thread runs or is ready to run (R), or waits for a disk or for swapped memory (D).</param>
internal sealed record CpuTime(ProcessId Id, TimeSpan Used, TimeSpan Waited, bool Wants)
{
    /// <summary>Clock ticks of /proc: 100 a second on every architecture that matters here.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private const int Nanoseconds = 100;

    /// <param name="id">The process.</param>
    /// <param name="stat">/proc/PID/stat.</param>
    /// <param name="schedstat">/proc/PID/schedstat: "run-ns wait-ns slices"; null on kernels that do not count it.</param>
    /// <param name="threads">The states of its threads.</param>
    public static CpuTime? Of(ProcessId id, string stat, string? schedstat, IEnumerable<char> threads)
    {
        // Behind "pid (comm) ": state is the third field of stat, utime and stime are its fourteenth and fifteenth.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        if (fields.Length < 13 || !IsCount(fields[11], out var user) || !IsCount(fields[12], out var system))
            return null;
        var waited = schedstat?.Split(' ') is [_, var wait, ..] && IsCount(wait, out var nanoseconds) ? nanoseconds : 0;
        return new CpuTime(id, Tick * (user + system), TimeSpan.FromTicks(waited / Nanoseconds), threads.Append(fields[0][0]).Any(s => s is 'R' or 'D'));
    }

    private static bool IsCount(string text, out long count) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count);
}
