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
    private readonly LookMetrics _looks;
    private readonly IncidentMetrics _incidents;
    private readonly Counter _notifications;
    private readonly Action _show;
    private readonly Lock _one = new();

    public AgentMetrics(MetricsSources sources)
    {
        var factory = Prometheus.Metrics.WithCustomRegistry(_registry);
        var own = new OwnMetrics(sources, factory);
        _looks = new LookMetrics(sources, factory);
        _incidents = new IncidentMetrics(sources, factory);
        _notifications = factory.CreateCounter("npu_agent_notifications_total",
            "Tries to deliver a notice since the agent started, by how they ended, from the agent's outbox.", "notifier", "outcome");
        foreach (var notifier in sources.Notifiers)
        {
            foreach (var end in Enum.GetValues<DeliveryEnd>())
                _ = _notifications.WithLabels(notifier, Words.Of(end));
        }

        var present = new PresentGauges(sources, factory);
        var channels = new ChannelGauges(sources, factory);
        var served = new ServiceMetrics(sources.Served, factory);
        _show = () =>
        {
            own.Show();
            var seen = present.Show();
            _looks.Show();
            _incidents.Show(seen);
            channels.Show();
            served.Show();
        };
    }

    public void Looked(ProbeLook look) => _looks.Looked(look);

    /// <summary>A verdict is made of what was seen, so there is no time that it took.</summary>
    public void Judged(Observation verdict) => _looks.Count(verdict);

    /// <inheritdoc cref="IncidentMetrics.Recorded"/>
    public void Recorded(IReadOnlyList<IncidentChange> changes, IReadOnlyList<Incident> incidents, Budgets budgets) =>
        _incidents.Recorded(changes, incidents, budgets);

    public void Delivered(string notifier, Delivery delivery) => _notifications.WithLabels(notifier, Words.Of(delivery.End)).Inc();

    /// <summary>
    /// A mistake in what is shown fails the scrape. The library's own callback before a scrape would swallow it, and the values of before
    /// would go on as the present ones. Two scrapes at once show one after the other: an outage that is over is counted once.
    /// </summary>
    public Task WriteAsync(Stream target, CancellationToken cancellation)
    {
        lock (_one)
            _show();
        return _registry.CollectAndExportAsTextAsync(target, cancellation);
    }
}
