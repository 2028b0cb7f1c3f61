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
