using System.Diagnostics;
using System.Globalization;

namespace Agent.Benchmarks;

/// <summary>
/// What something took by the clock, and of the processors: on a machine that others use too, only the latter says how fast
/// one core is.
/// </summary>
internal sealed record Effort(double Seconds, double CpuSeconds)
{
    // Of /proc on every Linux that the agent runs on.
    private const double TicksPerSecond = 100;

    public static Effort Median(IReadOnlyCollection<Effort> rounds) =>
        new(Figures.Median(rounds.Select(r => r.Seconds)), Figures.Median(rounds.Select(r => r.CpuSeconds)));

    public static Effort Of(Action work)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var begun = Stopwatch.GetTimestamp();
        work();
        return new Effort(Stopwatch.GetElapsedTime(begun).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }

    /// <summary>A child process, the children that it starts itself included.</summary>
    public static (Effort Effort, string Output) OfChild(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        // The plain byte-wise search is the fastest that grep can do.
        start.Environment["LC_ALL"] = "C";
        var cpu = ChildrenSeconds();
        var begun = Stopwatch.GetTimestamp();
        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return child.ExitCode == 0
            ? (new Effort(seconds, ChildrenSeconds() - cpu), output.Trim())
            : throw new InvalidOperationException($"{program} ended with {child.ExitCode}");
    }

    // Fields 16 and 17 of proc(5) stat: what children took that have ended.
    private static double ChildrenSeconds()
    {
        var stat = File.ReadAllText("/proc/self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[13], CultureInfo.InvariantCulture) + double.Parse(fields[14], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
