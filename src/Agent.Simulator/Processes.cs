using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Agent.Simulator;

internal static unsafe partial class Processes
{
    private const int SetName = 15;

    public static (int Pid, long StartTicks) Self() => (Environment.ProcessId, StartTicks(Environment.ProcessId) ?? 0);

    public static bool IsAlive(int pid, long startTicks) => Stat(pid) is { } stat && stat[0] is not ("Z" or "X") && Ticks(stat) == startTicks;

    public static int ParentOf(int pid) => Stat(pid) is { } stat ? int.Parse(stat[1], CultureInfo.InvariantCulture) : 0;

    public static void Kill(int pid, int signal) => _ = SendSignal(pid, signal);

    /// <summary>
    /// A title as setproctitle makes it: command line and comm both show it. Call first in Main: comm is that of the main
    /// thread.
    /// </summary>
    public static void SetTitle(string title)
    {
        var bytes = Encoding.UTF8.GetBytes(title);
        fixed (byte* name = (byte[])[.. bytes.Take(15), 0])
            _ = Control(SetName, name);

        // The argument area of this process, writable as any of its memory (fields 48 and 49 of /proc/self/stat).
        var stat = Stat(Environment.ProcessId)!;
        var (start, end) = (ulong.Parse(stat[45], CultureInfo.InvariantCulture), ulong.Parse(stat[46], CultureInfo.InvariantCulture));
        var area = new Span<byte>((void*)start, (int)(end - start));
        area.Clear();
        bytes.AsSpan(0, Math.Min(bytes.Length, area.Length - 1)).CopyTo(area);
    }

    private static long? StartTicks(int pid) => Stat(pid) is { } stat ? Ticks(stat) : null;

    private static long Ticks(string[] stat) => long.Parse(stat[19], CultureInfo.InvariantCulture);

    /// <summary>Fields of /proc/PID/stat from the third on (the state is index 0).</summary>
    private static string[]? Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, byte* argument);
}
