namespace Agent.Tests;

/// <summary>Recorded output of real hosts, in a folder beside the repository that a user's clone does not have.</summary>
internal static class Captures
{
    private static readonly string? Folder = Find();

    public static string Read(string name)
    {
        Assert.SkipWhen(Folder is null, "no captures beside the repository");
        return File.ReadAllText(Path.Combine(Folder!, name));
    }

    /// <summary>Every capture whose name fits a pattern such as <c>ascend/npu-smi_*.txt</c>.</summary>
    public static IReadOnlyList<(string Name, string Text)> Named(string pattern)
    {
        Assert.SkipWhen(Folder is null, "no captures beside the repository");
        var files = Directory.EnumerateFiles(Path.Combine(Folder!, Path.GetDirectoryName(pattern)!), Path.GetFileName(pattern));
        return [.. files.Order(StringComparer.Ordinal).Select(f => (Path.GetFileName(f), File.ReadAllText(f)))];
    }

    /// <summary>The same without their names; none where there are no captures.</summary>
    public static IReadOnlyList<string> Texts(params string[] patterns) => Folder is null ? [] : [.. patterns.SelectMany(Named).Select(c => c.Text)];

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var captures = Path.Combine(folder.FullName, "shared", "captures");
            if (Directory.Exists(captures))
                return captures;
        }

        return null;
    }
}
