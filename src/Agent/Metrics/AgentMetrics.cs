using Agent.Domain;
using Agent.Domain.Engines;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Notifications;
using Agent.Probes;
using Prometheus;

namespace Agent.Metrics;

/// <summary>
/// What the agent sees and does, for Prometheus. Own registry: the library's default one adds some hundred series that
/// nobody asked for. Base units in names; gauges of a subject that is gone are removed, never left at their last value.
/// </summary>
internal sealed class AgentMetrics
{
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly MetricFactory _factory;
    private readonly Histogram _probeDuration;
    private readonly Counter _looks;
    private readonly Gauge _healthy;
    private readonly Gauge _openIncidents;
    private readonly Counter _incidents;
    private readonly Counter _steps;
    private readonly Counter _notifications;
    private readonly Gauge _chips;
    private readonly Dictionary<string, Gauge> _measures = new(StringComparer.Ordinal);

    public AgentMetrics(string version, Func<int> stuckChildren, Func<IEnumerable<(string Engine, EngineState State)>> engineStates)
    {
        _factory = Prometheus.Metrics.WithCustomRegistry(_registry);
        _factory.CreateGauge("npu_agent_build_info", "Always 1; the version is in the label.", "version").WithLabels(version).Set(1);
        var stuck = _factory.CreateGauge("npu_agent_stuck_children", "Children in uninterruptible sleep that could not be killed; their programs are not started again.");
        _registry.AddBeforeCollectCallback(() => stuck.Set(stuckChildren()));
        var states = _factory.CreateGauge("npu_engine_state", "1 for the state that the engine is in, 0 for the others.", "engine", "state");
        _registry.AddBeforeCollectCallback(() =>
        {
            foreach (var (engine, present) in engineStates())
            {
                foreach (var state in Enum.GetValues<EngineState>())
                    states.WithLabels(engine, Words.Of(state)).Set(state == present ? 1 : 0);
            }
        });
        _probeDuration = _factory.CreateHistogram(
            "npu_agent_probe_duration_seconds",
            "Time that a probe took to look.",
            ["probe"],
            new HistogramConfiguration { Buckets = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });
        _looks = _factory.CreateCounter("npu_agent_probe_looks_total", "Observations by verdict: healthy, faulty or could-not-look.", "probe", "verdict");
        _healthy = _factory.CreateGauge("npu_agent_healthy", "1 healthy, 0 faulty; absent when the probe could not look.", "probe", "subject");
        _openIncidents = _factory.CreateGauge("npu_agent_open_incidents", "Confirmed incidents that are not over.", "fault", "subject");
        _incidents = _factory.CreateCounter("npu_agent_incidents_total", "Confirmed incidents.", "fault");
        _steps = _factory.CreateCounter("npu_agent_steps_total", "Recovery steps that ended.", "step", "outcome");
        _chips = _factory.CreateGauge("npu_chip_info", "Always 1; which device has the number card/chip.", "chip", "bus_id");
        _notifications = _factory.CreateCounter("npu_agent_notifications_total", "Deliveries by how they ended.", "notifier", "outcome");
    }

    public void Looked(ProbeLook look)
    {
        _probeDuration.WithLabels(look.Probe).Observe(look.Duration.TotalSeconds);
        foreach (var seen in look.Observations)
        {
            _looks.WithLabels(seen.Probe, Words.Of(seen.Verdict)).Inc();
            if (seen.Verdict == Verdict.CouldNotLook)
                _healthy.RemoveLabelled(seen.Probe, seen.Subject.ToString());
            else
                _healthy.WithLabels(seen.Probe, seen.Subject.ToString()).Set(seen.Verdict == Verdict.Healthy ? 1 : 0);
            if (seen is { Subject.Kind: SubjectKind.Chip, Identity: { } device })
                Identify(seen.Subject.Id, device);
            foreach (var (name, value) in seen.Measures)
                Measure(seen.Subject, name).Set(value);
        }
    }

    public void Recorded(IReadOnlyList<IncidentChange> changes, IReadOnlyList<Incident> incidents)
    {
        foreach (var change in changes)
        {
            if (change.Event is StepEnded step)
                _steps.WithLabels(step.Step.Name, step.Succeeded ? "succeeded" : "failed").Inc();
            if (change.Event is Confirmed && incidents.FirstOrDefault(i => i.Id == change.IncidentId) is { } incident)
                _incidents.WithLabels(incident.Fault).Inc();
        }

        foreach (var labels in _openIncidents.GetAllLabelValues().ToList())
            _openIncidents.RemoveLabelled(labels);
        foreach (var open in incidents.Where(i => i is { IsOpen: true, ConfirmedAt: not null }))
            _openIncidents.WithLabels(open.Fault, open.Subject.ToString()).Inc();
    }

    public void Delivered(string notifier, Delivery delivery) => _notifications.WithLabels(notifier, Words.Of(delivery.End)).Inc();

    public Task WriteAsync(Stream target, CancellationToken cancellation) => _registry.CollectAndExportAsTextAsync(target, cancellation);

    private void Identify(string chip, string device)
    {
        foreach (var former in _chips.GetAllLabelValues().Where(l => l[0] == chip && l[1] != device).ToList())
            _chips.RemoveLabelled(former);
        _chips.WithLabels(chip, device).Set(1);
    }

    /// <summary>One family for each measure of a kind of subject, for example npu_chip_temperature_celsius.</summary>
    private Gauge.Child Measure(Subject subject, string name)
    {
        var family = $"npu_{Words.Of(subject.Kind)}_{name}";
        if (!_measures.TryGetValue(family, out var gauge))
        {
            var label = subject.Kind is SubjectKind.Host or SubjectKind.Driver ? Array.Empty<string>() : [Words.Of(subject.Kind)];
            _measures[family] = gauge = _factory.CreateGauge(family, $"{name.Replace('_', ' ')}, as the probe saw it last.", label);
        }

        return subject.Id.Length == 0 ? gauge.WithLabels() : gauge.WithLabels(subject.Id);
    }
}
