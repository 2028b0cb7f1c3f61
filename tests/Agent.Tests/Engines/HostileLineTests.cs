using System.Text.RegularExpressions;
using Agent.Engines.Causes;

namespace Agent.Tests.Engines;

/// <summary>
/// An engine writes what its model makes it write. A search whose time grows with the square of a line would keep the agent from its
/// other engines. On lines three times as long as any that it reads, such a search takes seconds, any other one milliseconds.
/// </summary>
public sealed class HostileLineTests
{
    private const int Length = 50_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private static readonly string[] Words = [" ", "a", "result"];

    public static TheoryData<string> Signatures() => [.. SignatureTable.All.Select(s => s.Id).Distinct(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Signatures))]
    public void No_line_keeps_a_signature_busy(string id)
    {
        foreach (var signature in SignatureTable.All.Where(s => s.Id == id))
        {
            var pattern = new Regex(signature.Pattern.ToString(), signature.Pattern.Options, Limit);
            foreach (var line in signature.Hints.Take(3).SelectMany(Lines))
                _ = pattern.IsMatch(line);
        }
    }

    /// <summary>One thing over and over, behind what makes the search begin and behind what leads into its inner parts.</summary>
    private static IEnumerable<string> Lines(string hint) =>
    [
        Repeated(hint),
        .. Words.Select(w => hint + Repeated(w)),
        .. Words.Select(w => $"{hint} result{Repeated(w)}"),
        .. Words.Select(w => Repeated(hint + w)),
        .. Words.Select(w => Repeated(w) + hint),
    ];

    private static string Repeated(string word) => string.Concat(Enumerable.Repeat(word, Length / word.Length));
}
