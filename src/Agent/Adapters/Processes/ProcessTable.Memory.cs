using System.Buffers;
using System.Text;

namespace Agent.Adapters.Processes;

/// <content>
/// What stands in the memory of a process: its command line and its environment. It is read in bounded time, and a process that does not give it in
/// time is still listed.
/// </content>
internal sealed partial class ProcessTable
{
    // Anybody may start thousands of processes with megabytes of arguments each, and the agent looks at all of them.
    private const int CommandLineBytes = 16 * 1024;

    private const string NotReadable = "(not readable)";

    private readonly MemoryReads _memory = memory ?? new MemoryReads();

    private IReadOnlyList<ProcessEntry> Entries(IEnumerable<int> pids) => WithCommandLines([.. pids.Select(ReadStat).OfType<ProcessEntry>()]);

    private IReadOnlyList<ProcessEntry> WithCommandLines(IReadOnlyList<ProcessEntry> entries)
    {
        var lines = _memory.OfEach(entries.Select(e => e.Id.Pid), CommandLineOf).Given.ToDictionary();
        return [.. entries.Select(e => lines.TryGetValue(e.Id.Pid, out var line) ? e with { CommandLine = line } : e with { IsUnread = true })];
    }

    private string CommandLineOf(int pid) =>
        OperatingSystem.IsWindows() ? WindowsProcesses.CommandLine(pid) : (ReadFront($"{root}/{pid}/cmdline", CommandLineBytes) ?? "").Replace('\0', ' ')
            .Trim();

    /// <summary>
    /// Processes of a user whose environment held NAME=VALUE at their start. Anybody can put that into his own environment, so it says nothing
    /// without the user.
    /// </summary>
    public MarkedProcesses WithMarker(string name, string value, uint user)
    {
        var wanted = Encoding.UTF8.GetBytes($"\0{name}={value}\0");
        var answers = _memory.OfEach(Ids().Where(pid => UserOf(pid) == user),
            pid => EnvironmentOf(pid) is { } environment && ((ReadOnlySpan<byte>)[0, .. environment, 0]).IndexOf(wanted) >= 0);
        return new MarkedProcesses(Entries(answers.Given.Where(a => a.Answer).Select(a => a.Pid)), answers.IsWhole);
    }

    /// <summary>The environment that a process was started with; null when it is gone, or may not or cannot be read.</summary>
    public IReadOnlyDictionary<string, string>? Environment(int pid)
    {
        // While a process ends, its file is there and empty.
        if (Given(pid, EnvironmentOf) is not { Length: > 0 } bytes)
            return null;
        var text = Encoding.UTF8.GetString(bytes);
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        foreach (var entry in text.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            if (entry.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
                variables[entry[..at]] = entry[(at + 1)..];
        }

        return variables;
    }

    private byte[]? EnvironmentOf(int pid) => OperatingSystem.IsWindows() ? WindowsProcesses.Environment(pid) : ReadBytes($"{root}/{pid}/environ");

    /// <summary>
    /// The facts that tell why a process stands still: its status, the kernel function it waits in, its kernel stack if readable, and the place where
    /// each of its threads waits. It is rarely the main thread that hangs.
    /// </summary>
    public string Evidence(int pid)
    {
        var text = new StringBuilder();
        Append("cmdline", Given(pid, p => Text(p, "cmdline") ?? NotReadable));
        Append("status", Text(pid, "status") ?? NotReadable);
        Append("wchan", Text(pid, "wchan") ?? NotReadable);
        // The kernel waits for a process that loads a program before it shows the stack.
        Append("stack", Given(pid, p => Text(p, "stack") ?? NotReadable));
        text.Append("== /proc/").Append(pid).AppendLine("/task: thread, state, wchan, name");
        foreach (var thread in Threads(pid).Take(MaxThreads))
        {
            text.AppendLine($"{Path.GetFileName(thread)} {StateOf(thread)} {ReadText($"{thread}/wchan") ?? "-"} "
                + $"{(ReadText($"{thread}/comm") ?? "").TrimEnd()}");
        }

        return text.ToString();

        void Append(string file, string? content) => text.Append("== /proc/").Append(pid).Append('/').AppendLine(file)
            .AppendLine((content ?? "(not readable in time)").Replace('\0', ' ').TrimEnd());
    }

    /// <returns>Null also when the process did not answer in time.</returns>
    private T? Given<T>(int pid, Func<int, T?> read)
        where T : class => _memory.OfEach([pid], read).Given.Select(a => a.Answer).FirstOrDefault();

    private static string? ReadFront(string path, int most)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return Encoding.UTF8.GetString(buffer, 0, file.ReadAtLeast(buffer.AsSpan(0, most), most, throwOnEndOfStream: false));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
