using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Agent.Adapters.Files;

namespace Agent.Adapters.Processes;

/// <summary>
/// Reads /proc. Processes come and go while it reads: a process that vanished is left out, and is never an error. On Windows it asks the system
/// instead. Facts that only Linux tells (threads, cgroups, the kernel function of a waiting process) are then empty.
/// </summary>
internal sealed partial class ProcessTable(string root = "/proc", MemoryReads? memory = null)
{
    private const int NoSuchProcess = 3;
    private const int MaxThreads = 1000;

    public ProcessEntry? Read(int pid) => Entries([pid]).FirstOrDefault();

    /// <summary>Reads everything but the command line.</summary>
    private ProcessEntry? ReadStat(int pid)
    {
        if (OperatingSystem.IsWindows())
            return WindowsProcesses.Read(pid);
        // "pid (comm) state ppid pgrp session ..."; comm may hold blanks and parentheses, so the last parenthesis ends it.
        if (ReadText($"{root}/{pid}/stat") is not { } stat || stat.LastIndexOf(')') is not (> 0 and var end))
            return null;
        var fields = stat[(end + 2)..].Split(' ');
        if (fields.Length < 20)
            return null;
        return new ProcessEntry(
            new ProcessId(pid, long.Parse(fields[19], CultureInfo.InvariantCulture)),
            int.Parse(fields[1], CultureInfo.InvariantCulture),
            int.Parse(fields[3], CultureInfo.InvariantCulture),
            fields[0][0],
            stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..end],
            "");
    }

    /// <summary>The sockets and descriptors of the same processes.</summary>
    public SocketTable Sockets => new(root);

    public OpenFiles Files => new(root);

    /// <summary>The output of a process: a path, <c>pipe:[INODE]</c> and the like; null when the agent may not see it.</summary>
    public string? OutputOf(int pid)
    {
        try
        {
            return OperatingSystem.IsWindows() ? null : new FileInfo($"{root}/{pid}/fd/1").LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether /proc is mounted so that it hides processes of other users: the first process always belongs to root.</summary>
    public bool HidesOthers => !OperatingSystem.IsWindows() && ReadStat(1) is null;

    public IReadOnlyList<ProcessEntry> All() => Entries(Ids());

    private IEnumerable<int> Ids() => OperatingSystem.IsWindows() ? WindowsProcesses.Ids() : Ids(root);

    /// <summary>The processes that a folder laid out as /proc names; none when there is no such folder.</summary>
    public static IEnumerable<int> Ids(string root) =>
        (Directory.Exists(root) ? Directory.EnumerateDirectories(root) : [])
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0);

    /// <summary>Exactly this process, without its command line, which a hung process may not give; null when it is gone.</summary>
    public ProcessEntry? State(ProcessId id) => ReadStat(id.Pid) is { IsAlive: true } entry && entry.Id == id ? entry : null;

    /// <summary>Whether exactly this process lives.</summary>
    public bool IsAlive(ProcessId id) => State(id) is not null;

    /// <summary>
    /// Whether anything of exactly this process is left. The first thread may be a zombie while another thread sleeps in the driver, and both go
    /// together. A zombie without threads is reaped by its parent at once.
    /// </summary>
    public bool IsThere(ProcessId id) => ReadStat(id.Pid) is { State: not 'X' } entry && entry.Id == id && (entry.State != 'Z' || HasThreads(id.Pid));

    /// <summary>Null when the process is gone, or the system does not tell.</summary>
    public CpuTime? CpuOf(ProcessId id) => State(id) is not null && ReadText($"{root}/{id.Pid}/stat") is { Length: > 0 } stat
        ? CpuTime.Of(id, stat, ReadText($"{root}/{id.Pid}/schedstat"), Threads(id.Pid).Take(MaxThreads).Select(StateOf))
        : null;

    /// <summary>
    /// The kernel function in which a thread of the process sleeps uninterruptibly; null when no thread does. For a process of another user, the
    /// kernel tells the state, but gives 0 in place of the function.
    /// </summary>
    public string? StuckIn(int pid) =>
        Threads(pid).Where(t => StateOf(t) == 'D').Select(t => ReadText($"{t}/wchan") is { Length: > 0 } and not "0" and var function ? function : "unknown")
            .FirstOrDefault();

    /// <summary>A file of /proc/PID; null when it may not be read or the process is gone.</summary>
    public string? Text(int pid, string file) => ReadText($"{root}/{pid}/{file}");

    /// <summary>The process that a thread belongs to; null when it is gone.</summary>
    public int? LeaderOf(int thread)
    {
        const string Key = "Tgid:";
        var line = Text(thread, "status")?.Split('\n').FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal));
        return line is not null && int.TryParse(line[Key.Length..], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var pid) ? pid : null;
    }

    /// <summary>Whether a thread of a process lives beside its first one.</summary>
    public bool HasThreads(int pid) => Threads(pid).Any(t => Path.GetFileName(t) != pid.ToString(CultureInfo.InvariantCulture));

    public IReadOnlyList<ProcessEntry> Descendants(int pid)
    {
        var byParent = Ids().Select(ReadStat).OfType<ProcessEntry>().ToLookup(p => p.ParentPid);
        List<ProcessEntry> found = [];
        for (var parents = new Queue<int>([pid]); parents.TryDequeue(out var parent);)
        {
            foreach (var child in byParent[parent])
            {
                found.Add(child);
                parents.Enqueue(child.Id.Pid);
            }
        }

        return WithCommandLines(found);
    }

    /// <summary>
    /// The user that this process acts as. Windows has no numbers for users: there, 0 is this process's own user, and 1 is anybody else.
    /// </summary>
    public static uint Self => OperatingSystem.IsWindows() ? 0 : FileOwner.Self;

    /// <summary>
    /// The user of a process; null when it is gone. Also null when the process acts as another user than the one that started it: a program of root
    /// with the set-uid bit keeps the environment that a stranger gave it. The owner of /proc/PID is no answer: it is root for every process that may
    /// not be dumped.
    /// </summary>
    public uint? UserOf(int pid)
    {
        if (OperatingSystem.IsWindows())
            return WindowsProcesses.IsOwn(pid) switch { true => 0u, false => 1u, null => null };
        // "Uid: real effective saved filesystem"
        if (ReadText($"{root}/{pid}/status") is not { } status || status.IndexOf("\nUid:", StringComparison.Ordinal) is not (>= 0 and var at))
            return null;
        var line = status.AsSpan(at + 1);
        var users = line[..(line.IndexOf('\n') is >= 0 and var end ? end : line.Length)].ToString().Split('\t', StringSplitOptions.RemoveEmptyEntries)[1..];
        return users.Length > 0 && users.All(u => u == users[0]) && uint.TryParse(users[0], NumberStyles.None, CultureInfo.InvariantCulture, out var user)
            ? user : null;
    }

    /// <summary>
    /// The deepest cgroup of a process. Version 2 has one cgroup a process; version 1 has one a controller, and some of them may be shared. Null for
    /// the root, because any process may be there.
    /// </summary>
    public string? Cgroup(int pid) => Cgroups(pid).MaxBy(path => path.Count(c => c == '/')) is { Length: > 1 } deepest ? deepest : null;

    /// <summary>Processes in a cgroup or below it. /proc shows the cgroup to everybody, but not the environment.</summary>
    public IReadOnlyList<ProcessEntry> InCgroup(string path) =>
        Entries(Ids().Where(pid => Cgroups(pid).Any(own => own == path || (own.StartsWith(path, StringComparison.Ordinal) && own[path.Length] == '/'))));

    public string BootId() => ReadText($"{root}/sys/kernel/random/boot_id")?.Trim() ?? "unknown";

    private static char StateOf(string thread)
    {
        var stat = ReadText($"{thread}/stat") ?? "";
        return stat.LastIndexOf(')') is > 0 and var end && end + 2 < stat.Length ? stat[end + 2] : '?';
    }

    // "hierarchy:controllers:path"
    private IEnumerable<string> Cgroups(int pid) =>
        (ReadText($"{root}/{pid}/cgroup") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':', 3))
            .Where(parts => parts.Length == 3).Select(parts => parts[2]);

    private IEnumerable<string> Threads(int pid)
    {
        try
        {
            return Directory.GetDirectories($"{root}/{pid}/task").Order(StringComparer.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>
    /// Sends a signal to exactly this process: the start time is compared right before. Windows has no signals; there, every signal ends the process.
    /// </summary>
    public SignalOutcome Signal(ProcessId id, int signal)
    {
        if (OperatingSystem.IsWindows())
            return WindowsProcesses.Terminate(id);
        if (ReadStat(id.Pid)?.Id != id)
            return SignalOutcome.Gone;
        if (Kill(id.Pid, signal) == 0)
            return SignalOutcome.Sent;
        return Marshal.GetLastPInvokeError() == NoSuchProcess ? SignalOutcome.Gone : SignalOutcome.NotAllowed;
    }

    private static string? ReadText(string path) => ReadBytes(path) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    private static byte[]? ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
