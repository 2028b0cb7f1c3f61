using System.Globalization;
using System.Text.RegularExpressions;
using Agent.Adapters.Files;

namespace Agent.Adapters.Processes;

/// <summary>
/// Finds the processes that hold a file, a device or a socket, by the descriptors and mappings of every process. An agent that is not root does not
/// see into processes of other users.
/// </summary>
internal sealed class OpenFiles(string root = "/proc")
{
    // address perms offset dev inode path; anonymous memory has no path.
    private static readonly Regex MappedPath = RarePattern.Of(@"^\S+ \S+ \S+ \S+ [0-9]+\s+(/.*)$");

    private readonly MemoryReads _memory = new();

    /// <summary>Whether the agent may look into processes of every user.</summary>
    public bool SeesAll { get; init; } = FileOwner.IsRoot;

    /// <summary>The targets of the descriptors of each process: paths, or <c>socket:[INODE]</c>.</summary>
    public IEnumerable<(int Pid, string Target)> Descriptors() =>
        from pid in ProcessTable.Ids(root)
        from descriptor in Entries($"{root}/{pid}/fd")
        let target = Target(descriptor)
        where target is not null
        select (pid, target);

    /// <summary>
    /// Files that processes have mapped. A file may stay mapped long after its descriptor was closed. Null when a process did not show in time what
    /// it has mapped.
    /// </summary>
    public IReadOnlySet<string>? MappedFiles()
    {
        var answers = _memory.OfEach(ProcessTable.Ids(root), MappedBy);
        return answers.IsWhole ? answers.Given.SelectMany(a => a.Answer).ToHashSet(StringComparer.Ordinal) : null;
    }

    private HashSet<string> MappedBy(int pid) => Lines($"{root}/{pid}/maps").Select(line => MappedPath.Match(line)).Where(path => path.Success)
        .Select(path => path.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

    /// <summary>
    /// Whether this user has a live process that may not be looked into, such as one that may not be dumped. Nobody knows what it holds.
    /// </summary>
    public bool IsBlindTo(uint user) => ProcessTable.Ids(root).Any(pid => new ProcessTable(root).UserOf(pid) == user && !MayList($"{root}/{pid}/fd"));

    public int? OwnerOfSocket(long inode)
    {
        var wanted = Socket(inode);
        return Descriptors().Where(d => d.Target == wanted).Select(d => (int?)d.Pid).FirstOrDefault();
    }

    /// <summary>Whether a process has a socket; null when its descriptors cannot be read.</summary>
    public bool? HasSocket(int pid, long inode)
    {
        var descriptors = Entries($"{root}/{pid}/fd");
        var wanted = Socket(inode);
        var seen = false;
        foreach (var target in descriptors.Select(Target).OfType<string>())
        {
            if (target == wanted)
                return true;
            seen = true;
        }

        // Root without the right to look into other processes can list the descriptors, but does not see their targets.
        return seen ? false : null;
    }

    private static string Socket(long inode) => string.Create(CultureInfo.InvariantCulture, $"socket:[{inode}]");

    private static bool MayList(string folder)
    {
        try
        {
            _ = Directory.EnumerateFileSystemEntries(folder).Any();
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            // The process is gone.
            return true;
        }
    }

    private static string[] Entries(string folder)
    {
        try
        {
            return Directory.GetFileSystemEntries(folder);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string? Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
