using System.Globalization;
using Agent.Adapters.Logs;
using Agent.Engines.Causes;
using Agent.Engines.Logs;
using Agent.Engines.Starting;

namespace Agent.Benchmarks;

/// <summary>
/// A long engine log, followed to its end and searched for every signature, against grep with the same words. grep only
/// counts lines; the agent names the cause of each.
/// </summary>
internal static class SignatureBenchmark
{
    private const long Bytes = 200L * 1024 * 1024;
    private const int Rounds = 3;

    public static void Run(string folder)
    {
        var (log, hints) = (Path.Combine(folder, "engine.log"), Path.Combine(folder, "hints"));
        EngineLogFile.Write(log, Bytes, seed: 1);
        File.WriteAllLines(hints, SignatureTable.All.SelectMany(s => s.Hints).Distinct(StringComparer.Ordinal));

        var found = 0;
        var told = Count(log, line => LogSignatures.MayHoldCause(line));
        List<Effort> find = [], facts = [], grep = [];
        var counted = "";
        for (var i = 0; i <= Rounds; i++)
        {
            var one = Effort.Of(() => found = Count(log, line => LogSignatures.Find(line) is not null));
            var two = Effort.Of(() => Follow(log));
            (var three, counted) = Effort.OfChild("grep", "-F", "-c", "-f", hints, log);
            // The first is for the compiler and for the page cache.
            if (i == 0)
                continue;
            find.Add(one);
            facts.Add(two);
            grep.Add(three);
        }

        File.Delete(log);
        var tool = Effort.Median(grep);
        Figures.Print(
            string.Create(CultureInfo.InvariantCulture,
                $"signatures: a log of {Bytes / 1024 / 1024} MiB, median of {Rounds} rounds; lines with a hint: {told} here, {counted} by grep; with a "
                + $"cause: {found}"),
            ["", "seconds", "MB/s", "CPU seconds", "MB/s of one core", "grep is 1.00"],
            [Row("LogFollower + LogSignatures.Find", Effort.Median(find), tool), Row("LogFollower + EngineLogFacts.After", Effort.Median(facts), tool),
                Row("grep -F -c -f HINTS", tool, tool)]);
    }

    private static string[] Row(string name, Effort effort, Effort tool) =>
    [
        name, Figures.Number(effort.Seconds), Figures.Number(Bytes / 1e6 / effort.Seconds, 0), Figures.Number(effort.CpuSeconds),
        Figures.Number(Bytes / 1e6 / effort.CpuSeconds, 0), Figures.Number(effort.CpuSeconds / tool.CpuSeconds),
    ];

    private static int Count(string log, Predicate<string> tells)
    {
        var count = 0;
        new LogFollower(log, backlogBytes: int.MaxValue).ReadNew(line => count += tells(line) ? 1 : 0);
        return count;
    }

    private static void Follow(string log)
    {
        var facts = new EngineLogFacts { ProgressAt = DateTimeOffset.UnixEpoch, Stage = StartupStage.Serving };
        var now = DateTimeOffset.UnixEpoch.AddHours(1);
        new LogFollower(log, backlogBytes: int.MaxValue).ReadNew(line => facts = facts.After(line, now));
        // The engine goes on after each error there, so no cause lasts.
        if (facts.DeathLine is null)
            throw new InvalidOperationException("the log of the benchmark holds the death of an engine core, and none was found");
    }
}
