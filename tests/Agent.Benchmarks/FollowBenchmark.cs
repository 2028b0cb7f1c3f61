using System.Diagnostics;
using System.Globalization;
using Agent.Engines.Causes;
using Agent.Engines.Logs;
using Agent.Engines.Runs;
using Agent.ForeignText;

namespace Agent.Benchmarks;

/// <summary>
/// The log of an engine that serves and writes 20 MB/s, followed by the agent at its usual interval, beside tail and grep on
/// the same file with the same words. grep only prints lines; the agent says what they mean.
/// </summary>
internal static class FollowBenchmark
{
    private const long BytesPerSecond = 20_000_000;
    private const long TextBytes = 64L * 1024 * 1024;
    private const int Seconds = 20;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static void Run(string folder)
    {
        var (text, log, hints, found) = (Path.Combine(folder, "text"), Path.Combine(folder, "engine.log"), Path.Combine(folder, "hints"),
            Path.Combine(folder, "found"));
        EngineLogFile.Write(text, TextBytes, seed: 1);
        File.WriteAllText(log, "(APIServer pid=2041) INFO:     Application startup complete.\n");
        File.WriteAllLines(hints, SignatureTable.All.SelectMany(s => s.Hints).Distinct(StringComparer.Ordinal));
        var engine = new EngineLog(new EngineRun(Environment.ProcessId, 0, "", TimeProvider.System.GetUtcNow(), log, ""), TimeProvider.System,
            TextGate.OfPatterns);
        engine.Read();

        // exec: the shells only make the pipe, and what is measured is the tools.
        using var tail = Process.Start("sh", ["-c", $"export LC_ALL=C; tail -F -n +1 {log} 2>/dev/null | exec grep -F -f {hints} > {found}"]);
        using var flood = Process.Start(Environment.ProcessPath!, [LogFlood.Name, text, log, $"{BytesPerSecond}", $"{Seconds}"]);
        double longest = 0;
        var following = Effort.Of(() =>
        {
            for (var ended = false; !ended;)
            {
                ended = flood.WaitForExit(Interval);
                var begun = Stopwatch.GetTimestamp();
                engine.Read();
                longest = Math.Max(longest, Stopwatch.GetElapsedTime(begun).TotalSeconds);
            }
        });
        var tools = EndOf(tail);

        Figures.Print(
            string.Create(CultureInfo.InvariantCulture,
                $"follow: {BytesPerSecond / 1e6:0} MB/s for {Seconds} s, a look every {Interval.TotalSeconds:0} s, the longest {longest:F2} s; cause found: "
                + $"{engine.Read().Cause?.Id ?? "none"}"),
            ["", "CPU seconds", "% of one core", "MB passed over", "tail | grep is 1.00"],
            [
                ["EngineLog.Read", Figures.Number(following.CpuSeconds), Share(following.CpuSeconds), Figures.Number(engine.Read().SkippedBytes / 1e6, 1),
                    Figures.Number(following.CpuSeconds / tools)],
                ["tail -F | grep -F -f HINTS", Figures.Number(tools), Share(tools), "", "1.00"],
            ]);

        string Share(double cpu) => Figures.Number(100 * cpu / following.Seconds, 1);
    }

    /// <summary>CPU seconds of the pipe's tools, which are ended.</summary>
    private static double EndOf(Process shell)
    {
        List<Process> tools = [shell, .. Process.GetProcesses().Where(p => ParentOf(p.Id) == shell.Id)];
        var cpu = tools.Sum(t => t.TotalProcessorTime.TotalSeconds);
        tools.ForEach(t => t.Kill());
        shell.WaitForExit();
        return cpu;
    }

    private static int ParentOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
