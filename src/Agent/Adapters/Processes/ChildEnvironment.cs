using System.Collections;

namespace Agent.Adapters.Processes;

/// <summary>
/// The environment of a child. It holds nothing that systemd said to the agent alone. No list in it has an empty or relative entry: such an entry
/// means the working folder, and the child would take programs or libraries from there. A tool that root runs also gets no entry of PATH that others
/// may change: it is often a script. An engine keeps these: its PATH is a setting, and its own program was looked at.
/// </summary>
internal static class ChildEnvironment
{
    private static readonly string[] Lists = ["PATH", "LD_LIBRARY_PATH", "LD_PRELOAD", "LD_AUDIT"];

    private static readonly StringComparer Names = OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <summary>The environment of this process, with additions.</summary>
    public static Dictionary<string, string> Inherited(IEnumerable<KeyValuePair<string, string>> additions)
    {
        Dictionary<string, string> environment = new(Names);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
            environment[(string)entry.Key] = (string?)entry.Value ?? "";
        foreach (var name in ServiceVariables.All)
            environment.Remove(name);
        foreach (var (name, value) in additions)
            environment[name] = value;
        return environment;
    }

    /// <summary>The differences from the environment of this process.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Changes() =>
        ServiceVariables.All.Select(name => KeyValuePair.Create(name, (string?)null))
            .Concat(Lists.Where(name => Environment.GetEnvironmentVariable(name) is not null)
                .Select(name => KeyValuePair.Create(name, (string?)OfTool(name, Environment.GetEnvironmentVariable(name)!))));

    /// <summary>The environment without entries that mean the working folder.</summary>
    public static Dictionary<string, string> Clean(IReadOnlyDictionary<string, string> environment)
    {
        Dictionary<string, string> clean = new(environment, Names);
        foreach (var name in Lists.Where(clean.ContainsKey))
            clean[name] = Kept(name, clean[name]);
        return clean;
    }

    /// <summary>A list of this process as a tool gets it.</summary>
    public static string OfTool(string name, string list) => Kept(name, list, entry => name != "PATH" || ProgramPath.MaySearch(entry));

    private static string Kept(string name, string list, Func<string, bool>? also = null)
    {
        var kept = string.Join(Path.PathSeparator, list.Split(Separators(name)).Where(entry => IsKept(name, entry) && also?.Invoke(entry) != false));
        // An empty PATH would mean the working folder again.
        return kept.Length == 0 && name == "PATH" ? WorkingFolder.Roots : kept;
    }

    private static char[] Separators(string name) => name switch
    {
        "LD_LIBRARY_PATH" => [':', ';'],
        "LD_PRELOAD" => [':', ' '],
        _ => [Path.PathSeparator],
    };

    private static bool IsKept(string name, string entry) =>
        Path.IsPathFullyQualified(entry.Trim('"'))
        || entry.StartsWith("$ORIGIN", StringComparison.Ordinal)
        || entry.StartsWith("${ORIGIN}", StringComparison.Ordinal)
        // The loader looks for a bare name of a library in the system's folders.
        || (name is "LD_PRELOAD" or "LD_AUDIT" && entry.Length > 0 && !entry.Contains('/', StringComparison.Ordinal));
}
