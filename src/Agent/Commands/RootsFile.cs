using Agent.Adapters.Files;

namespace Agent.Commands;

/// <summary>Whether a file says what root wants: nobody else may change it, nor put another in its place.</summary>
internal static class RootsFile
{
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <returns>Null, or whose hands it is in.</returns>
    public static string? Problem(string path)
    {
        var named = Path.GetFullPath(path);
        return Chain(named).Concat(Chain(new FileInfo(named).ResolveLinkTarget(returnFinalTarget: true)?.FullName)).Select(ProblemOf).FirstOrDefault(p => p is not null);
    }

    private static IEnumerable<string> Chain(string? path)
    {
        for (; path is not null; path = Path.GetDirectoryName(path))
            yield return path;
    }

    private static string? ProblemOf(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;
        if (FileOwner.Of(path) is not 0)
            return $"{path} belongs to user {FileOwner.Of(path)}; what root runs is read from files of root alone: chown root {path}";
        // The mode of a link is that of what it leads to, which is looked at by itself. In a sticky folder others cannot take root's file away.
        var mode = new FileInfo(path).LinkTarget is null ? File.GetUnixFileMode(path) : UnixFileMode.None;
        return (mode & OthersWrite) != UnixFileMode.None && !mode.HasFlag(UnixFileMode.StickyBit)
            ? $"{path} may be written by others than root; what root runs is read from files of root alone: chmod go-w {path}"
            : null;
    }
}
