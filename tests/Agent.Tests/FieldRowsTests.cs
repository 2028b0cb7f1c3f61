using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Agent.Tests;

/// <summary>The table of what went wrong in the field, held against the tests that it names.</summary>
public sealed partial class FieldRowsTests
{
    private static readonly string Tests =
        Path.Combine(typeof(FieldRowsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Repository").Value!, "tests");

    private static readonly string[] Rows = [.. File.ReadLines(Path.Combine(Tests, "README.md")).Where(l => Row().IsMatch(l))];

    [Fact]
    public void Every_row_of_the_field_is_in_the_table_once() =>
        Rows.Select(r => Row().Match(r).Groups[1].Value).ShouldBe([.. Numbered("U", 19), .. Numbered("F", 24)]);

    [Fact]
    public void Every_test_that_the_table_names_is_there()
    {
        var sources = string.Concat(Directory.EnumerateFiles(Tests, "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText));
        var scripts = Directory.EnumerateFiles(Path.Combine(Tests, "acceptance")).Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
        var named = Rows.SelectMany(r => Name().Matches(r.Split('|')[3])).Select(m => m.Groups[1].Value).Where(n => n[0] != '/');
        named.Where(n => n.EndsWith(".sh", StringComparison.Ordinal) ? !scripts.Contains(n)
            : !Regex.IsMatch(sources, $@"\b(?:Task|void|class) {n}\b", RegexOptions.None, TimeSpan.FromSeconds(5))).ShouldBeEmpty();
        Rows.ShouldAllBe(r => Name().IsMatch(r.Split('|')[3]) || r.Contains("not covered", StringComparison.Ordinal)
            || r.Contains("as U14", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Numbered(string letter, int count) => Enumerable.Range(1, count)
        .Select(i => letter + i.ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^\| ([UF]\d+) \|", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Row();

    [GeneratedRegex("`([A-Za-z0-9_./-]+)`", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Name();
}
