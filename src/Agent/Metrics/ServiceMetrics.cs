using Agent.Domain;
using Agent.Domain.Availability;
using Prometheus;

namespace Agent.Metrics;

/// <summary>
/// The ledger of lost service. What proves to be an outage afterwards is taken back from the time in service: a counter must not fall, so it stands
/// still until the ledger has caught up.
/// </summary>
internal sealed class ServiceMetrics
{
    private readonly Func<IReadOnlyList<ServedEngine>> _engines;
    private readonly Counter _seconds;
    private readonly Counter _lost;
    private readonly Gauge _budget;

    public ServiceMetrics(Func<IReadOnlyList<ServedEngine>> engines, MetricFactory factory)
    {
        _engines = engines;
        _seconds = factory.CreateCounter("npu_engine_service_seconds_total",
            "Seconds since the agent started in which the engine was in the state: up, down, planned or unknown, by the ledger of lost service.",
            "engine", "state");
        _lost = factory.CreateCounter("npu_engine_lost_service_seconds_total",
            "Seconds of lost service since the agent started, by the fault of the outage, which is empty where no incident told of it. "
                + "An outage is counted when it is over.",
            "engine", "fault");
        _budget = factory.CreateGauge("npu_engine_error_budget_left_ratio",
            "Share of the engine's error budget of the last 30 days that is left; below 0 when the objective is missed. "
                + "Absent while nothing is known of the engine.",
            ["engine"], new GaugeConfiguration { SuppressInitialValue = true });
    }

    public void Show()
    {
        var engines = _engines();
        foreach (var engine in engines)
        {
            var figures = engine.SinceStart;
            foreach (var (state, time) in ((ServiceState, TimeSpan)[])[(ServiceState.Up, figures.Up), (ServiceState.Down, figures.Down),
                (ServiceState.Planned, figures.Planned), (ServiceState.Unknown, figures.Unknown)])
                _seconds.WithLabels(engine.Name, Words.Of(state)).IncTo(time.TotalSeconds);
            foreach (var (fault, lost) in engine.LostByFault)
                _lost.WithLabels(engine.Name, fault).IncTo(lost.TotalSeconds);
        }

        _budget.Show(engines.Select(e => (e.Name, e.Budget.LeftRatio)).Where(b => b.LeftRatio is not null)
            .Select(b => ((string[])[b.Name], b.LeftRatio!.Value)));
    }
}
