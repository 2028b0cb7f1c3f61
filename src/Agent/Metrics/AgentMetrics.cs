using Agent.Domain;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Notifications;
using Agent.Probes;
using Prometheus;

namespace Agent.Metrics;

/// <summary>
/// What the agent sees and does, for Prometheus. Own registry: the library's default one adds some hundred series that
/// nobody asked for. Base units in names. Counters stand at 0 before their first event, or increase() would not see it.
/// </summary>
internal sealed class AgentMetrics
{
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly Histogram _probeDuration;
    private readonly Counter _looks;
    private readonly Gauge _openIncidents;
    private readonly Counter _incidents;
    private readonly Counter _steps;
    private readonly Counter _notifications;

    /// <summary>The loop's list goes on changing; a scrape reads this one.</summary>
    private volatile IReadOnlyList<(string Fault, string Subject)> _open = [];

    public AgentMetrics(MetricsSources sources)
    {
        var factory = Prometheus.Metrics.WithCustomRegistry(_registry);
        factory.CreateGauge("npu_agent_build_info", "Always 1. The label tells the agent's version.", "version").WithLabels(sources.Version).Set(1);
        var stuck = factory.CreateGauge("npu_agent_stuck_children",
            "Children of the agent in uninterruptible sleep that could not be killed. Their programs are not started again meanwhile.");
        _probeDuration = factory.CreateHistogram(
            "npu_agent_probe_duration_seconds",
            "Time that a look of the probe took, in seconds.",
            ["probe"],
            new HistogramConfiguration { Buckets = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });
        _looks = factory.CreateCounter("npu_agent_probe_looks_total",
            "Observations of the probe by verdict: healthy, faulty or could-not-look.", "probe", "verdict");
        _openIncidents = factory.CreateGauge("npu_agent_open_incidents", "Incidents that were confirmed and are not over, by fault and subject.",
            ["fault", "subject"], new GaugeConfiguration { SuppressInitialValue = true });
        _incidents = factory.CreateCounter("npu_agent_incidents_total",
            "Incidents that were confirmed since the agent started, by the fault they had then.", "fault");
        _steps = factory.CreateCounter("npu_agent_steps_total",
            "Recovery steps that ended since the agent started, by how they ended.", "step", "outcome");
        _notifications = factory.CreateCounter("npu_agent_notifications_total",
            "Tries to deliver a notice since the agent started, by how they ended.", "notifier", "outcome");
        BeginAtZero(sources);
        var present = new PresentGauges(sources, factory);
        var channels = new ChannelGauges(sources, factory);
        var served = new ServiceMetrics(sources.Served, factory);
        _registry.AddBeforeCollectCallback(() =>
        {
            stuck.Set(sources.Stuck());
            present.Show();
            channels.Show();
            served.Show();
            _openIncidents.Show(_open.CountBy(i => i).Select(i => ((string[])[i.Key.Fault, i.Key.Subject], (double)i.Value)));
        });
    }

    public void Looked(ProbeLook look)
    {
        _probeDuration.WithLabels(look.Probe).Observe(look.Duration.TotalSeconds);
        foreach (var seen in look.Observations)
            Count(seen);
    }

    /// <summary>A verdict is made of what was seen, so there is no time that it took.</summary>
    public void Judged(Observation verdict) => Count(verdict);

    /// <param name="changes">Events that were recorded; none at a start.</param>
    /// <param name="incidents">The incidents after them.</param>
    public void Recorded(IReadOnlyList<IncidentChange> changes, IReadOnlyList<Incident> incidents)
    {
        foreach (var change in changes)
        {
            if (change.Event is StepEnded step)
                _steps.WithLabels(step.Step.Name, Outcome(step.Succeeded)).Inc();
            if (change.Event is Confirmed && incidents.FirstOrDefault(i => i.Id == change.IncidentId) is { } incident)
                _incidents.WithLabels(incident.Fault).Inc();
        }

        _open = [.. incidents.Where(i => i is { IsOpen: true, ConfirmedAt: not null }).Select(i => (i.Fault, i.Subject.ToString()))];
    }

    public void Delivered(string notifier, Delivery delivery) => _notifications.WithLabels(notifier, Words.Of(delivery.End)).Inc();

    public Task WriteAsync(Stream target, CancellationToken cancellation) => _registry.CollectAndExportAsTextAsync(target, cancellation);

    private void Count(Observation seen) => _looks.WithLabels(seen.Probe, Words.Of(seen.Verdict)).Inc();

    private void BeginAtZero(MetricsSources sources)
    {
        foreach (var probe in sources.Probes)
            _ = _probeDuration.WithLabels(probe);
        foreach (var name in sources.Probes.Concat(sources.Verdicts))
        {
            foreach (var verdict in Enum.GetValues<Verdict>())
                _ = _looks.WithLabels(name, Words.Of(verdict));
        }

        foreach (var fault in sources.Faults)
            _ = _incidents.WithLabels(fault);
        foreach (var step in Enum.GetValues<StepKind>())
        {
            foreach (var succeeded in (bool[])[true, false])
                _ = _steps.WithLabels(Step.NameOf(step), Outcome(succeeded));
        }

        foreach (var notifier in sources.Notifiers)
        {
            foreach (var end in Enum.GetValues<DeliveryEnd>())
                _ = _notifications.WithLabels(notifier, Words.Of(end));
        }
    }

    private static string Outcome(bool succeeded) => succeeded ? "succeeded" : "failed";
}
