using System.Collections.Concurrent;
using Agent.Domain;
using Agent.Domain.Observations;
using Agent.Probes;
using Prometheus;

namespace Agent.Metrics;

/// <summary>What the looks of the probes came to, how long they took, and how old the newest answer of each is.</summary>
internal sealed class LookMetrics
{
    private static readonly GaugeConfiguration Empty = new() { SuppressInitialValue = true };

    private readonly MetricsSources _sources;
    private readonly DateTimeOffset _began;
    private readonly Histogram _duration;
    private readonly Counter _looks;
    private readonly Gauge _age;
    private readonly Gauge _limit;
    private readonly ConcurrentDictionary<(string Probe, Subject Subject), DateTimeOffset> _answered = new();

    public LookMetrics(MetricsSources sources, MetricFactory factory)
    {
        (_sources, _began) = (sources, sources.Clock.GetUtcNow());
        _duration = factory.CreateHistogram(
            "npu_agent_probe_duration_seconds",
            "Time that a look of the probe took, in seconds, by the agent's own clock.",
            ["probe"],
            new HistogramConfiguration { Buckets = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });
        _looks = factory.CreateCounter("npu_agent_probe_looks_total",
            "Observations of the probe since the agent started, by verdict: healthy, faulty or could-not-look.", "probe", "verdict");
        _age = factory.CreateGauge("npu_agent_probe_age_seconds",
            "Seconds since the newest look of the probe that got an answer; since the agent's start before the first one. It grows while the probe cannot "
                + "look, and while it does not look at all. Absent for an engine that does not run.",
            ["probe", "subject"], Empty);
        _limit = factory.CreateGauge("npu_agent_probe_age_limit_seconds",
            "Age from which on what the probe said is stale, in seconds: three times its interval and its deadline, from agent.yaml.",
            ["probe", "subject"], Empty);
        foreach (var probe in sources.Probes.Select(p => p.Name).Distinct(StringComparer.Ordinal))
            _ = _duration.WithLabels(probe);
        foreach (var name in sources.Probes.Select(p => p.Name).Concat(sources.Verdicts))
        {
            foreach (var verdict in Enum.GetValues<Verdict>())
                _ = _looks.WithLabels(name, Words.Of(verdict));
        }
    }

    public void Looked(ProbeLook look)
    {
        _duration.WithLabels(look.Probe).Observe(look.Duration.TotalSeconds);
        foreach (var seen in look.Observations)
            Count(seen);
        if (look.Observations.Any(o => o.Verdict != Verdict.CouldNotLook))
            _answered[(look.Probe, look.Subject)] = _sources.Clock.GetUtcNow();
    }

    public void Count(Observation seen) => _looks.WithLabels(seen.Probe, Words.Of(seen.Verdict)).Inc();

    public void Show()
    {
        var now = _sources.Clock.GetUtcNow();
        var running = _sources.Engines().Where(e => e.RunsSince is not null).Select(e => Subject.Engine(e.Name)).ToHashSet();
        var looking = _sources.Probes.Where(p => p.Subject.Kind != SubjectKind.Engine || running.Contains(p.Subject)).ToList();
        _age.Show(looking.Select(p => (Labels(p), Math.Max(0, (now - Newest(p)).TotalSeconds))));
        _limit.Show(looking.Select(p => (Labels(p), p.Holds.TotalSeconds)));
    }

    private DateTimeOffset Newest(ScrapedProbe probe) => _answered.GetValueOrDefault((probe.Name, probe.Subject), _began);

    private static string[] Labels(ScrapedProbe probe) => [probe.Name, probe.Subject.ToString()];
}
