using System.Globalization;
using Agent.Domain;
using Agent.Engines.Bench;
using Agent.Engines.Throughput;

namespace Agent.Reports;

/// <summary>The usual speed of engines, and the last result of the load probe.</summary>
internal static class SpeedReport
{
    public static string Write(IEnumerable<(string Engine, ThroughputBaseline Baseline, BenchResult? Bench)> engines, ReportFormat format, Language language)
    {
        var chinese = language == Language.Chinese;
        var bullet = format == ReportFormat.Markdown ? "- " : "  ";
        var heading = (format == ReportFormat.Markdown ? "## " : "") + (chinese ? "吞吐" : "Speed");
        List<string> lines =
        [
            .. engines.SelectMany(e => e.Baseline.All
                .Where(b => b.Counts)
                .Select(b => Usual(e.Engine, b.Band, Number(b.Baseline.TokensPerSecond), chinese))
                .Concat(e.Bench is null ? [] : [Measured(e.Bench, chinese)])),
        ];
        return lines.Count == 0 ? "" : $"\n{heading}\n\n{string.Concat(lines.Select(l => $"{bullet}{l}\n"))}";
    }

    private static string Usual(string engine, string band, string rate, bool chinese) =>
        chinese ? $"{engine}：并发 {band} 时通常 {rate} tokens/s" : $"{engine}: usually {rate} tokens/s with {band} running";

    private static string Measured(BenchResult bench, bool chinese) => chinese
        ? $"{bench.Engine}：{bench.At:u} 压测 {Number(bench.TokensPerSecond)} tokens/s，并发 {bench.Concurrency}，首 token p99 {Number(bench.TimeToFirstToken.P99)} s"
        : $"{bench.Engine}: bench of {bench.At:u}: {Number(bench.TokensPerSecond)} tokens/s, {bench.Concurrency} at a time, first token p99 "
            + $"{Number(bench.TimeToFirstToken.P99)} s";

    private static string Number(double value) => value.ToString(value < 10 ? "0.###" : "0.#", CultureInfo.InvariantCulture);
}
