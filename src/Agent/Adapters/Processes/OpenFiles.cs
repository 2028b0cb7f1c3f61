using System.Globalization;
using System.Text.RegularExpressions;

namespace Agent.Adapters.Processes;

/// <summary>
/// Who holds which file, device or socket: the descriptors and mappings of every process. An agent that is not root does not
/// see into processes of other users.
/// </summary>
internal sealed partial class OpenFiles(string root = "/proc")
{
    /// <summary>Where the descriptors of each process lead: paths, or <c>socket:[INODE]</c>.</summary>
    public IEnumerable<(int Pid, string Target)> Descriptors() =>
        from pid in ProcessTable.Ids(root)
        from descriptor in Entries($"{root}/{pid}/fd")
        let target = Target(descriptor)
        where target is not null
        select (pid, target);

    /// <summary>Files that each process has mapped; a file may be mapped long after its descriptor was closed.</summary>
    public IEnumerable<(int Pid, string Path)> Mappings() =>
        from pid in ProcessTable.Ids(root)
        from line in Lines($"{root}/{pid}/maps")
        let path = MappedPath().Match(line)
        where path.Success
        select (pid, path.Groups[1].Value);

    public int? OwnerOfSocket(long inode)
    {
        var wanted = string.Create(CultureInfo.InvariantCulture, $"socket:[{inode}]");
        return Descriptors().Where(d => d.Target == wanted).Select(d => (int?)d.Pid).FirstOrDefault();
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

    // address perms offset dev inode path; anonymous memory has no path.
    [GeneratedRegex(@"^\S+ \S+ \S+ \S+ \d+\s+(/.*)$", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex MappedPath();
}
