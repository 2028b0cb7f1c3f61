using System.IO.Enumeration;
using Microsoft.Win32.SafeHandles;

namespace Agent.Adapters.Files;

/// <summary>
/// Names of the files below a folder that is held. Each inner folder is opened from the one around it and no link is followed,
/// also none that takes the place of a folder while the walk is on its way: names of another folder are nobody's to read.
/// Not for Windows.
/// </summary>
internal static class FolderWalk
{
    private static readonly EnumerationOptions All = new() { AttributesToSkip = FileAttributes.None };

    /// <param name="folder">Open to read.</param>
    /// <param name="pattern">As in <c>*.log</c>.</param>
    /// <param name="depth">How many folders deep; 0: its own files.</param>
    /// <returns>Relative to the folder; a link is left out.</returns>
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
