using System.Diagnostics;

namespace Agent.Tests.Metrics;

/// <summary>A scrape as a whole: how much it is, and whether Prometheus' own checker likes it.</summary>
public sealed class ScrapeTextTests
{
    // README.md states them: a host costs its Prometheus so much. Buckets of histograms are series, too.
    [Theory]
    [InlineData(true, false, 1571)]
    [InlineData(false, false, 1535)]
    [InlineData(true, true, 1892)]
    public async Task A_host_of_sixteen_chips_and_four_engines_has_so_many_series(bool guideNames, bool exporterNames, int series) =>
        (await WholeHost.Of(guideNames: guideNames, exporterNames: exporterNames).ScrapeAsync()).Split('\n')
            .Count(l => l.Length > 0 && l[0] != '#').ShouldBe(series);

    [Fact]
    public async Task Every_family_has_a_help_that_ends_as_a_sentence_does()
    {
        var helps = (await WholeHost.Of(exporterNames: true).ScrapeAsync()).Split('\n').Where(l => l.StartsWith("# HELP ", StringComparison.Ordinal)).ToList();
        helps.Count.ShouldBeGreaterThan(100);
        helps.Where(h => !h.EndsWith('.')).ShouldBeEmpty();
    }

    [Fact]
    public async Task Promtool_finds_nothing_in_the_agent_s_own_names()
    {
        var text = await WholeHost.Of(guideNames: true).ScrapeAsync();
        var start = new ProcessStartInfo("promtool", ["check", "metrics"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process? begun = null;
        try
        {
            begun = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("no promtool on this machine");
        }

        using var promtool = begun!;
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        var said = await promtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)
            + await promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);
        said.ShouldBe("");
        promtool.ExitCode.ShouldBe(0);
    }
}
