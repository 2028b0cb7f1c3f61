using System.Text.RegularExpressions;

namespace Agent.Tests.Metrics;

/// <summary>Rules and dashboards ask for names. One that the agent does not have would show an empty panel, or be an alert that never comes.</summary>
public sealed partial class PackagedNamesTests
{
    // A label of Prometheus' own configuration, which the links to fault pages are made of.
    private const string PagesLabel = "npu_agent_pages";

    private static readonly string Packaging = Path.Combine(Architecture.ArchitectureTests.Repository(), "packaging");
    private static readonly string Asked = string.Concat(
        Directory.EnumerateFiles(Path.Combine(Packaging, "prometheus")).Concat(Directory.EnumerateFiles(Path.Combine(Packaging, "grafana")))
            .Select(File.ReadAllText));

    [Fact]
    public async Task Every_metric_that_rules_and_dashboards_ask_for_is_in_a_scrape()
    {
        var shown = Families().Matches(await WholeHost.Of().ScrapeAsync()).Select(m => m.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        var asked = Names().Matches(Asked).Select(m => m.Groups["name"].Value).Distinct(StringComparer.Ordinal).Where(n => n != PagesLabel).ToList();
        asked.Count.ShouldBeGreaterThan(40);
        asked.Where(n => !shown.Contains(n) && !shown.Contains(Parts().Replace(n, ""))).ShouldBeEmpty();
    }

    [Fact]
    public void Every_recorded_name_that_is_asked_for_is_recorded()
    {
        var recorded = Records().Matches(Asked).Select(m => m.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        recorded.Count.ShouldBeGreaterThan(30);
        RecordedNames().Matches(Asked).Select(m => m.Value).Distinct(StringComparer.Ordinal).Where(n => !recorded.Contains(n)).ShouldBeEmpty();
    }

    [GeneratedRegex(@"^# TYPE (?<name>\w+) ", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, Timeout.Infinite)]
    private static partial Regex Families();

    [GeneratedRegex(@"(?<![:\w])(?<name>(npu|process)_[a-z0-9_]+)\b(?!:)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Names();

    [GeneratedRegex("_(bucket|sum|count)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Parts();

    [GeneratedRegex(@"record: (?<name>[\w:]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Records();

    [GeneratedRegex(@"\b(instance|engine|fleet):npu_[a-z0-9_]+:\w+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex RecordedNames();
}
