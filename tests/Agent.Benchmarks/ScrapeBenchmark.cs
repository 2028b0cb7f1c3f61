using System.Globalization;
using Agent.Tests.Metrics;

namespace Agent.Benchmarks;

/// <summary>A scrape of a host of sixteen chips and four engines, from the picture to the text: with few outages in the ledger and with a great many.</summary>
internal static class ScrapeBenchmark
{
    private const int Rounds = 15;
    private const int ScrapesPerRound = 40;

    public static void Run(string folder)
    {
        List<string[]> rows = [];
        foreach (var (name, outages, exporterNames) in ((string, int, bool)[])
            [("3 outages", 3, false), ("with npu-exporter's names", 3, true), ("2,500 outages of each engine", 2500, false)])
        {
            var agent = WholeHost.Of(outages, exporterNames: exporterNames);
            using var target = new MemoryStream();
            // Enough for the compiler to be done with it.
            for (var i = 0; i < 10; i++)
                Round(agent, target);
            var rounds = Enumerable.Range(0, Rounds).Select(_ => Round(agent, target)).ToList();
            var effort = Effort.Median([.. rounds.Select(r => r.Effort)]);
            rows.Add([name, Milliseconds(effort.Seconds), Milliseconds(effort.CpuSeconds),
                Figures.Number(Figures.Median(rounds.Select(r => r.Bytes)) / 1e3, 0), Series(target), Figures.Number(target.Length / 1e3, 0)]);
        }

        Figures.Print(
            string.Create(CultureInfo.InvariantCulture, $"scrape: 16 chips and 4 engines, median of {Rounds} rounds of {ScrapesPerRound} scrapes"),
            ["", "milliseconds", "CPU milliseconds", "KB allocated", "series", "KB of text"], rows);
    }

    private static (Effort Effort, double Bytes) Round(ScrapedAgent agent, MemoryStream target)
    {
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var effort = Effort.Of(() =>
        {
            for (var i = 0; i < ScrapesPerRound; i++)
            {
                target.SetLength(0);
                agent.Metrics.WriteAsync(target, CancellationToken.None).GetAwaiter().GetResult();
            }
        });
        return (effort, (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)ScrapesPerRound);
    }

    private static string Milliseconds(double ofRound) => Figures.Number(ofRound * 1000 / ScrapesPerRound);

    private static string Series(MemoryStream target) => System.Text.Encoding.UTF8.GetString(target.ToArray()).Split('\n')
        .Count(l => l.Length > 0 && l[0] != '#').ToString(CultureInfo.InvariantCulture);
}
