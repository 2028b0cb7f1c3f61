using System.Text.RegularExpressions;

namespace Agent.Tests.Architecture;

/// <summary>How sources look, of the program and of its tests.</summary>
public sealed partial class SourceTextTests
{
    private const int Columns = 160;
    private const int Lines = 300;

    private static readonly IReadOnlyList<(string Name, string[] Lines)> Sources = [.. Read()];

    [Fact]
    public void Lines_end_at_160_columns()
    {
        // A checker that sees nothing finds nothing.
        Sources.Count.ShouldBeGreaterThan(500);
        Sources.SelectMany(s => TooLong(s.Lines).Select(number => $"{s.Name}:{number}")).ShouldBeEmpty();
    }

    [Fact]
    public void Files_end_at_300_lines() => Sources.Where(s => s.Lines.Length > Lines).Select(s => $"{s.Name}: {s.Lines.Length}").ShouldBeEmpty();

    [Fact]
    public void A_number_agrees_with_its_noun() =>
        Sources.Where(s => s.Name.StartsWith("src", StringComparison.Ordinal) && !s.Name.Contains("Simulator", StringComparison.Ordinal))
            .SelectMany(s => s.Lines.Where(l => Plural().IsMatch(l)).Select(l => $"{s.Name}: {l.Trim()}"))
            .ShouldBeEmpty("Counted.Text gives 1 chip and 2 chips");

    [Fact]
    public void A_log_message_has_a_number_of_its_own()
    {
        List<string> numbers = [.. Sources.SelectMany(s => s.Lines).Select(l => LogNumber().Match(l)).Where(m => m.Success).Select(m => m.Groups[1].Value)];
        numbers.Count.ShouldBeGreaterThan(10);
        numbers.GroupBy(n => n).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a();", false)]
    [InlineData("a(%);", true)]
    [InlineData("a(\"%\");", true)]
    [InlineData("a(@\"%\");", false)]
    [InlineData("a(\"%\\n\");", false)]
    [InlineData("[InlineData(\"%\")]", false)]
    [InlineData("a(\"\"\"%\"\"\");", false)]
    [InlineData("a(\"\"\"|%|\"\"\");", false)]
    [InlineData("a(\"\"\"|b|\"\"\");|c(%);", true)]
    public void Only_patterns_and_recorded_texts_are_longer(string source, bool isTooLong) =>
        TooLong(source.Replace("%", new string('x', Columns), StringComparison.Ordinal).Split('|')).Any().ShouldBe(isTooLong);

    [Theory]
    [InlineData("$\"{chips.Count} chips\"", true)]
    [InlineData("$\"{table.Lines.Length} new lines\"", true)]
    [InlineData("$\"{skipped.Count()} lines passed over\"", true)]
    [InlineData("$\"{cut.Count} is too many\"", false)]
    [InlineData("$\"{Counted.Text(chips.Count, \"chip\")} looked at\"", false)]
    [InlineData("$\"{bad.Count} of {all.Count}\"", false)]
    public void A_plural_behind_a_number_is_seen(string source, bool isSeen) => Plural().IsMatch(source).ShouldBe(isSeen);

    /// <summary>
    /// A pattern is a verbatim literal. A recorded text is a raw literal, has the line ends of its program in it, or is the row of a table of tests.
    /// None of them can be broken without becoming another. Everything else can.
    /// </summary>
    private static IEnumerable<int> TooLong(string[] lines)
    {
        var isRaw = false;
        for (var i = 0; i < lines.Length; i++)
        {
            var (line, wasRaw) = (lines[i], isRaw);
            isRaw ^= RawQuotes().Count(line) % 2 == 1;
            var isText = wasRaw || RawQuotes().IsMatch(line) || line.Contains("@\"", StringComparison.Ordinal)
                || line.Contains("\\n", StringComparison.Ordinal) || line.TrimStart().StartsWith("[InlineData(", StringComparison.Ordinal);
            if (line.Length > Columns && !isText)
                yield return i + 1;
        }
    }

    private static IEnumerable<(string, string[])> Read() =>
        from root in (string[])["src", "tests"]
        from path in Directory.EnumerateFiles(Path.Combine(ArchitectureTests.Repository(), root), "*.cs", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(ArchitectureTests.Repository(), path)
        where !name.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj")
        select (name, File.ReadAllLines(path));

    [GeneratedRegex("\"{3,}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex RawQuotes();

    [GeneratedRegex(@"\[LoggerMessage\((\d+),", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex LogNumber();

    // A verb in the third person ends as a plural does.
    [GeneratedRegex(@"\{[\w.]*(?:Count|Length)(?:\(\))?\} (?:more |new |other )?(?!(?:is|was|has|does|its|this|as)\b)[a-z]+s\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Plural();
}
