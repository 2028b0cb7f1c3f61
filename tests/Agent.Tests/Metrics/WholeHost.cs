using System.Globalization;
using Agent.Domain.Availability;
using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Metrics;
using Agent.Notifications.Queue;

namespace Agent.Tests.Metrics;

/// <summary>
/// A host of sixteen chips and four engines of which every probe tells every figure that it can: no real one shows more. Each engine has had outages, so
/// that the scrape has work to do.
/// </summary>
internal static class WholeHost
{
    private const int Cards = 8;
    private const int Engines = 4;

    /// <param name="outages">Outages of each engine in the last 30 days.</param>
    /// <param name="guideNames">Whether the names of the guide are shown.</param>
    /// <param name="exporterNames">Whether the names of npu-exporter are shown.</param>
    public static ScrapedAgent Of(int outages = 3, bool guideNames = true, bool exporterNames = false)
    {
        List<Subject> chips = [.. from card in Enumerable.Range(0, Cards) from chip in (int[])[0, 1] select Subject.Chip(card, chip)];
        List<Subject> engines = [.. Enumerable.Range(1, Engines).Select(i => Subject.Engine(string.Create(CultureInfo.InvariantCulture, $"engine-{i}")))];
        var agent = new ScrapedAgent(Probes(), ["engine-verdict"], [.. FaultCatalog.Default.All.Select(f => f.Code)], guideNames, exporterNames)
        {
            Engines = engines.ConvertAll(e => new EngineNow(e.Id, EngineState.Busy, Story.Start, Story.Start.AddDays(-1))),
            Chips = chips.ConvertAll(c => new NamedChip(c, "910B3")),
            Channels = [new ChannelView(new ChannelState("pager"), 0, null, 0)],
            Served = engines.ConvertAll(e => Ledger(e, outages)),
        };
        agent.Look("chip-health", [Of(Subject.Host), Of(Subject.Driver), .. chips.Select(Of)]);
        // Eight probes look at each chip, and the health of each stands by itself.
        foreach (var probe in (string[])["chip-usage", "chip-identity", "chip-heat", "chip-bandwidth", "chip-memory", "link-health"])
            agent.Look(probe, [ScrapedAgent.Seen(Subject.Host), .. chips.Select(c => ScrapedAgent.Seen(c))]);
        foreach (var engine in engines)
        {
            agent.Look("engine-throughput", Of(engine));
            foreach (var probe in EngineProbes().Where(p => p != "engine-throughput"))
                agent.Look(probe, ScrapedAgent.Seen(engine));
        }

        agent.Metrics.Recorded([], [], new Budgets(
            ((StepKind[])[StepKind.StartEngine, StepKind.ClearOrphans, StepKind.ResetChip, StepKind.RestartDriver])
                .ToDictionary(k => k, _ => new Budget(3, TimeSpan.FromHours(1))), []));
        return agent;

        Observation Of(Subject subject) => ScrapedAgent.Seen(subject, Verdict.Healthy,
            [.. NamesOf(subject.Kind).Select((name, i) => (name, 0.123456789 * (i + 1)))]) with
        {
            Identity = subject.Kind == SubjectKind.Chip ? $"0000:C1:00.{subject.Id}" : null,
        };

        IReadOnlyList<ScrapedProbe> Probes() =>
        [
            .. ((string[])["chip-health", "chip-usage", "chip-identity", "chip-heat", "chip-bandwidth", "chip-memory", "link-health", "driver-modules",
                "kernel-log", "disk-space"]).Select(p => new ScrapedProbe(p, p.StartsWith("driver", StringComparison.Ordinal) ? Subject.Driver : Subject.Host,
                    TimeSpan.FromMinutes(1))),
            .. from probe in EngineProbes() from engine in engines select new ScrapedProbe(probe, engine, TimeSpan.FromMinutes(1)),
        ];
    }

    private static IEnumerable<string> NamesOf(SubjectKind kind)
    {
        var begin = Domain.Words.Of(kind) + "_";
        return MeasureTexts.Families.Where(f => f.StartsWith(begin, StringComparison.Ordinal)).Select(f => f[begin.Length..]);
    }

    private static IReadOnlyList<string> EngineProbes() =>
        ["engine-process", "engine-health", "engine-progress", "engine-canary", "engine-log", "engine-drift", "engine-quality", "engine-throughput"];

    private static ServedEngine Ledger(Subject engine, int outages)
    {
        var every = TimeSpan.FromDays(29) / Math.Max(1, outages);
        var begin = Story.Start - TimeSpan.FromDays(29);
        List<ServiceSpan> closed = [];
        for (var i = 0; i < outages; i++)
        {
            var from = begin + (i * every);
            closed.Add(new(engine, ServiceState.Up, from, from + (0.9 * every), ServiceReason.Serves) { Number = 2 * i });
            closed.Add(new(engine, ServiceState.Down, from + (0.9 * every), from + every, ServiceReason.Dead)
            {
                Number = (2 * i) + 1,
                Fault = FaultCodes.EngineExited,
                DetectedAt = from + (0.91 * every),
            });
        }

        return new ServedEngine(engine.Id, [.. closed],
            new(engine, ServiceState.Up, begin + (outages * every), Story.Start.AddMinutes(1), ServiceReason.Serves) { Number = 2 * outages },
            0.999, Story.Start, TimeSpan.FromDays(30));
    }
}
