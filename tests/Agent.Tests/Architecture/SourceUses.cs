using System.Text.RegularExpressions;

namespace Agent.Tests.Architecture;

/// <summary>
/// Folders that the text of a source names, by a `using` or by a qualified name. Constants and `nameof` are in no assembly, and the build
/// refuses a `using` that nothing needs, so each one found is a use.
/// </summary>
/// <param name="types">The full names of all types, from which a qualified name is told from a property of the same name.</param>
internal sealed partial class SourceUses(IReadOnlySet<string> types)
{
    private const string Root = "Agent.";

    public IEnumerable<string> In(string source)
    {
        var code = Comment().Replace(source, "");
        return Full().Matches(code).Select(m => m.Groups["folder"].Value)
            .Concat(Short().Matches(code).Where(m => IsType(m.Value)).Select(m => m.Groups["folder"].Value))
            .Distinct(StringComparer.Ordinal);
    }

    /// <summary>`Storage.Journal`, or what it holds: `Storage.Journal.AgentKind`.</summary>
    private bool IsType(string name) => types.Contains(Root + name) || types.Contains(Root + name[..name.LastIndexOf('.')]);

    [GeneratedRegex(@"(?<![\w.])(?:global::)?Agent\.(?<folder>[A-Z]\w*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Full();

    [GeneratedRegex(@"(?<![\w.])(?<folder>[A-Z]\w*)(\.[A-Z]\w*)?\.[A-Z]\w*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Short();

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.CultureInvariant | RegexOptions.Multiline, Timeout.Infinite)]
    private static partial Regex Comment();
}
