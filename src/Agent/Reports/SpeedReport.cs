using System.Globalization;
using Agent.Domain;
using Agent.Engines.Bench;
using Agent.Engines.Throughput;

namespace Agent.Reports;

/// <summary>The usual speed of engines, and the last result of the load probe.</summary>
internal static class SpeedReport
{
    public static IReadOnlyList<LocalText> Lines(IEnumerable<(string Engine, ThroughputBaseline Baseline, BenchResult? Bench)> engines) =>
    [
        .. engines.SelectMany(e => e.Baseline.All
            .Where(b => b.Counts)
            .Select(b => Usual(e.Engine, b.Band, Number(b.Baseline.TokensPerSecond)))
            .Concat(e.Bench is null ? [] : [Measured(e.Bench)])),
    ];

    private static LocalText Usual(string engine, string band, string rate) =>
        new($"{engine}: usually {rate} tokens/s with {band} running", $"{engine}：并发 {band} 时通常 {rate} tokens/s");

    private static LocalText Measured(BenchResult bench)
    {
        var (rate, first) = (Number(bench.TokensPerSecond), Number(bench.TimeToFirstToken.P99));
        return new($"{bench.Engine}: bench of {bench.At:u}: {rate} tokens/s, {bench.Concurrency} at a time, first token p99 {first} s",
            $"{bench.Engine}：{bench.At:u} 压测 {rate} tokens/s，并发 {bench.Concurrency}，首 token p99 {first} s");
    }

    private static string Number(double value) => value.ToString(value < 10 ? "0.###" : "0.#", CultureInfo.InvariantCulture);
}
