using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Agent.Simulator;

internal static unsafe partial class Processes
{
    private const int NameOption = 15;

    public static (int Pid, long StartTicks) Self() => (Environment.ProcessId, StartTicks(Environment.ProcessId) ?? 0);

    public static bool IsAlive(int pid, long startTicks) => Stat(pid) is { } stat && stat[0] is not ("Z" or "X") && Ticks(stat) == startTicks;

    /// <summary>This program, also if it was started by `dotnet simulator.dll`.</summary>
    public static string Simulator => Path.Combine(AppContext.BaseDirectory, "simulator");

    public static int ParentOf(int pid) => Stat(pid) is { } stat ? int.Parse(stat[1], CultureInfo.InvariantCulture) : 0;

    /// <summary>Sends a signal only to exactly this process: its number may belong to another process by now.</summary>
    public static void Signal(int pid, long startTicks, int signal)
    {
        if (IsAlive(pid, startTicks))
            _ = SendSignal(pid, signal);
    }

    /// <summary>Children and their children.</summary>
    public static List<int> Descendants(int ancestor)
    {
        List<int> found = [];
        List<(int Pid, int Parent)> all = [.. Directory.EnumerateDirectories("/proc").Select(p => Path.GetFileName(p)).Where(n => n.All(char.IsAsciiDigit))
            .Select(n => int.Parse(n, CultureInfo.InvariantCulture)).Select(pid => (pid, ParentOf(pid)))];
        for (List<int> row = [ancestor]; row.Count > 0; found.AddRange(row))
            row = [.. all.Where(p => row.Contains(p.Parent)).Select(p => p.Pid)];
        return found;
    }

    /// <summary>
    /// Sets a title as setproctitle does: command line and comm both show it. It must be the first call in Main, because comm is that of the main
    /// thread.
    /// </summary>
    public static void SetTitle(string title)
    {
        SetName(title);
        var bytes = Encoding.UTF8.GetBytes(title);

        // The argument area of this process can be written like any of its memory (fields 48 and 49 of /proc/self/stat).
        var stat = Stat(Environment.ProcessId)!;
        var (start, end) = (ulong.Parse(stat[45], CultureInfo.InvariantCulture), ulong.Parse(stat[46], CultureInfo.InvariantCulture));
        var area = new Span<byte>((void*)start, (int)(end - start));
        area.Clear();
        bytes.AsSpan(0, Math.Min(bytes.Length, area.Length - 1)).CopyTo(area);
    }

    /// <summary>Sets only comm; the command line stays.</summary>
    public static void SetName(string name)
    {
        fixed (byte* bytes = (byte[])[.. Encoding.UTF8.GetBytes(name).Take(15), 0])
            _ = Control(NameOption, bytes);
    }

    /// <summary>Leaves the session of the parent, like a program started with start_new_session.</summary>
    public static void LeadSession() => _ = NewSession();

    public static long? StartTicks(int pid) => Stat(pid) is { } stat ? Ticks(stat) : null;

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

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int NewSession();

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, byte* argument);
}
