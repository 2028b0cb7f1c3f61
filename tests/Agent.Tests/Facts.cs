namespace Agent.Tests;

/// <summary>Published tables in a folder beside the repository that a user's clone does not have.</summary>
internal static class Facts
{
    /// <summary>The rows below the heading, by their columns.</summary>
    public static IEnumerable<string[]> Rows(string table) =>
        Captures.Read(Path.Combine("..", "facts", table)).Split('\n',
            StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(row => row.TrimEnd('\r').Split('\t'));
}
