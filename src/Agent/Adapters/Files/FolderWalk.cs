using System.IO.Enumeration;
using Microsoft.Win32.SafeHandles;

namespace Agent.Adapters.Files;

/// <summary>
/// The names of the files below a held folder. Each inner folder is opened from the folder around it, and no link is followed. That holds also for a
/// link that replaces a folder during the walk, so the walk never reads the names of another folder. Not for Windows.
/// </summary>
internal static class FolderWalk
{
    private static readonly EnumerationOptions All = new() { AttributesToSkip = FileAttributes.None };

    /// <param name="folder">A folder that is open to read.</param>
    /// <param name="pattern">A pattern such as <c>*.log</c>.</param>
    /// <param name="depth">How many folders deep the walk goes; 0: only the files of the folder itself.</param>
    /// <returns>Names relative to the folder; links are left out.</returns>
    public static IEnumerable<string> Files(SafeFileHandle folder, string pattern, int depth)
    {
        foreach (var (name, isFolder) in Entries(folder))
        {
            if (!isFolder && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false))
                yield return name;
            if (!isFolder || depth == 0)
                continue;
            using var inner = Descriptor.Open(folder, name, OpenFlags.Read | OpenFlags.Folder | OpenFlags.NoFollow);
            if (inner.IsInvalid)
                continue;
            foreach (var below in Files(inner, pattern, depth - 1))
                yield return Path.Combine(name, below);
        }
    }

    private static FileSystemEnumerable<(string Name, bool IsFolder)> Entries(SafeFileHandle folder) =>
        new(Descriptor.PathOf(folder), (ref FileSystemEntry entry) => (entry.FileName.ToString(), entry.IsDirectory), All)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == FileAttributes.None,
        };
}
