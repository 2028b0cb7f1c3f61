using Agent.Domain.Faults;
using Agent.Engines.Causes;

namespace Agent.Tests.Engines.Causes;

/// <summary>How many of the vendor's published codes have a class of their own, a cure and words in both languages.</summary>
public sealed class CodeCoverageTests
{
    private const string CatchAll = "runtime-error";

    [Theory]
    [InlineData("ascend/errorcodes-acl.tsv", "RuntimeError: call failed, error code is {0}", 0.77)]
    [InlineData("ascend/errorcodes-cann.tsv", "{0}: [PID: 7] 2026-01-01-00:00:00 {1}", 0.98)]
    [InlineData("ascend/errorcodes-cann.tsv", "[PID: 7] 2026-01-01-00:00:00 {2}({0}): {1}", 0.98)]
    public void Published_codes_have_a_class_a_cure_and_words(string table, string form, double floor)
    {
        List<string> unnamed = [], bare = [];
        var codes = Facts.Rows(table).Where(r => r[0] != "0").ToList();
        foreach (var row in codes)
        {
            var line = form.Replace("{0}", row[0], StringComparison.Ordinal).Replace("{1}", row.ElementAtOrDefault(2)
                ?? "", StringComparison.Ordinal).Replace("{2}", row.ElementAtOrDefault(1) ?? "", StringComparison.Ordinal);
            var found = LogSignatures.Find(line);
            // Warnings ("W40010") name no cause.
            if (row[0][0] == 'W')
                continue;
            if (found is null)
                unnamed.Add(row[0]);
            else if (found.Id == CatchAll)
                bare.Add(row[0]);
            else if (found.Fault is { } fault)
                WordsOf(fault).ShouldAllBe(w => w.English.Length > 0 && w.Chinese.Length > 0, row[0]);
        }

        var share = 1 - ((double)(unnamed.Count + bare.Count) / codes.Count);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{table}: {codes.Count} codes, {codes.Count - unnamed.Count - bare.Count} with a class, cure and words, {bare.Count} restarted without a class "
            + $"({string.Join(' ', bare)}), {unnamed.Count} unnamed ({string.Join(' ', unnamed)})");
        unnamed.ShouldBeEmpty();
        share.ShouldBeGreaterThanOrEqualTo(floor, string.Join(' ', bare));
    }

    private static IEnumerable<Agent.Domain.LocalText> WordsOf(string fault) =>
        FaultCatalog.Default[fault] is var row ? [row.Title, row.Meaning, row.AgentDoes, row.PersonShould] : [];
}
