namespace Agent.Tests.Architecture;

/// <summary>Which folder of src/Agent uses which, by the compiled program and by its sources together.</summary>
internal static class FoldersOfAgent
{
    public static readonly string Sources = Path.Combine(ArchitectureTests.Repository(), "src", "Agent");

    /// <summary>Folder, folder used, and by what.</summary>
    public static IReadOnlyList<(string From, string To, string How)> Uses()
    {
        var compiled = AssemblyUses.Of(Path.Combine(AppContext.BaseDirectory, "npu-agent.dll"));
        var types = compiled.SelectMany(u => (string[])[$"{u.FromNamespace}.{u.From}", $"{u.ToNamespace}.{u.To}"]).ToHashSet(StringComparer.Ordinal);
        var names = new SourceUses(types);
        var folders = Files().Select(f => f.Folder).Append("Domain").ToHashSet(StringComparer.Ordinal);
        return
        [
            .. from use in compiled
               where FolderOf(use.FromNamespace) is not null && FolderOf(use.ToNamespace) is not null
               select (FolderOf(use.FromNamespace)!, FolderOf(use.ToNamespace)!, $"{use.From} uses {use.To}"),
            .. from file in Files()
               from used in names.In(File.ReadAllText(file.Path))
               where folders.Contains(used)
               select (file.Folder, used, $"{file.Name} names {used}"),
        ];
    }

    public static IEnumerable<(string Path, string Name, string Folder)> Files() =>
        from path in Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(Sources, path)
        let parts = name.Split(Path.DirectorySeparatorChar)
        where parts[0] is not ("bin" or "obj" or "Program.cs")
        // A type of several files, such as Composition.Reports.cs, is one.
        select (path, name, parts.Length == 1 ? name.Split('.')[0] : parts[0]);

    /// <summary>Null: made by the compiler or a generator, or Program.cs, which stands over everything.</summary>
    private static string? FolderOf(string name) =>
        name == "Agent" ? MapOfFolders.Contents : name.StartsWith("Agent.", StringComparison.Ordinal) ? name.Split('.')[1] : null;
}
