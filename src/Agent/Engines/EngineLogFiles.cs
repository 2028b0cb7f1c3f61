namespace Agent.Engines;

/// <summary>One file a run; the newest few stay, so that a crash loop cannot fill the disk with logs.</summary>
internal static class EngineLogFiles
{
    public static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    public static void KeepNewest(string folder, int count)
    {
        foreach (var old in Directory.EnumerateFiles(folder, "*.log").OrderDescending(StringComparer.Ordinal).Skip(count))
            File.Delete(old);
    }
}
