using System.Text.RegularExpressions;
using Agent.Tests;
using Shouldly;

namespace Agent.EndToEndTests.Reports;

/// <summary>What a report is a report of, and so what has to stand in for it.</summary>
internal enum Stage
{
    /// <summary>An engine that had served.</summary>
    Serving,

    /// <summary>An engine that does not come so far.</summary>
    Starting,

    Kernel,
    Unit,
    Headless,
}

/// <summary>A report of the folder beside the repository, as a row of its INDEX names it.</summary>
internal sealed partial record PublicReport(string Name, string Files, string Played)
{
    private const string Index = "reports/INDEX.tsv";

    public static IEnumerable<PublicReport> All => Captures.Texts(Index).SelectMany(t => t.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Skip(1)
        .Select(row => row.Split('\t')).Select(row => new PublicReport(NameIn().Match(row[0]).Groups[1].Value, row[0], row[2]));

    public Stage Stage => Files.Contains(".kernel.", StringComparison.Ordinal) ? Stage.Kernel
        : Files.Contains(".unit.", StringComparison.Ordinal) ? Stage.Unit
        : Files.Contains(".arguments.", StringComparison.Ordinal) ? Stage.Headless
        : Played.Contains("serve", StringComparison.Ordinal) ? Stage.Serving
        : Stage.Starting;

    public static TheoryData<string> At(Stage stage) => [.. All.Where(r => r.Stage == stage).Select(r => r.Name)];

    public static string Text(string name, string part, string ending = "log") => Captures.Read($"reports/{name}.{part}.{ending}");

    /// <summary>A report without a reading of its own fails here.</summary>
    public static T Reading<T>(string name, IReadOnlyDictionary<string, T> readings)
    {
        readings.Keys.ShouldContain(name, $"the report {name} has no reading: add what its row in {Index} says");
        return readings[name];
    }

    /// <summary>Before what the files of one report differ in.</summary>
    [GeneratedRegex(@"^(.+?)\.(?:\{|start|then|kernel|unit)", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex NameIn();
}
