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
    private static readonly TimeSpan WindowHolds = TimeSpan.FromMinutes(1);
    private static readonly GaugeConfiguration Empty = new() { SuppressInitialValue = true };

    private readonly Func<IEnumerable<ServedEngine>> _engines;
    private readonly Counter _seconds;
    private readonly Counter _lost;
    private readonly Gauge _budget;
    private readonly Gauge _availability;
    private readonly Gauge _objective;
    private readonly Histogram _detect;
    private readonly Histogram _recover;

    private readonly Dictionary<string, (ServedEngine Of, AvailabilityFigures Figures)> _windows = new(StringComparer.Ordinal);

    /// <summary>When the newest outage of each engine began that the histograms have.</summary>
    private readonly Dictionary<string, DateTimeOffset> _counted = new(StringComparer.Ordinal);

    public ServiceMetrics(Func<IEnumerable<ServedEngine>> engines, MetricFactory factory)
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
            ["engine"], Empty);
        _availability = factory.CreateGauge("npu_engine_availability_ratio",
            "Share of the last 30 days, from 0 to 1, in which the engine served, of the time that is known and was not planned otherwise, by the ledger of "
                + "lost service. Absent while nothing is known of the engine.",
            ["engine"], Empty);
        _objective = factory.CreateGauge("npu_engine_objective_ratio",
            "The availability that is wanted of the engine, from 0 to 1, from agent.yaml.", ["engine"], Empty);
        _detect = factory.CreateHistogram("npu_engine_time_to_detect_seconds",
            "Time from the start of an outage of the engine to its confirmed incident, in seconds, by the ledger of lost service. An outage is counted when "
                + "it is over, and only if an incident was confirmed for it.",
            ["engine"], new HistogramConfiguration { Buckets = [1, 2.5, 5, 10, 15, 20, 30, 60, 120, 300] });
        _recover = factory.CreateHistogram("npu_engine_time_to_recover_seconds",
            "Time from the start of an outage of the engine to the next service, in seconds, by the ledger of lost service. An outage is counted when it is "
                + "over since the agent started; its count is that of the outages.",
            ["engine"], new HistogramConfiguration { Buckets = [5, 10, 20, 30, 60, 120, 180, 300, 600, 1200, 3600] });
    }

    public void Show()
    {
        var engines = _engines().ToList();
        var windows = engines.ConvertAll(e => (Engine: e, Figures: OfWindow(e)));
        foreach (var (engine, figures) in windows)
            Count(engine, figures.Interruptions);
        foreach (var engine in engines)
        {
            var figures = engine.SinceStart;
            foreach (var (state, time) in ((ServiceState, TimeSpan)[])[(ServiceState.Up, figures.Up), (ServiceState.Down, figures.Down),
                (ServiceState.Planned, figures.Planned), (ServiceState.Unknown, figures.Unknown)])
                _seconds.WithLabels(engine.Name, Words.Of(state)).IncTo(time.TotalSeconds);
            foreach (var (fault, lost) in engine.LostByFault)
                _lost.WithLabels(engine.Name, fault).IncTo(lost.TotalSeconds);
        }

        _budget.Show(windows.Where(w => w.Figures.Budget?.LeftRatio is not null)
            .Select(w => ((string[])[w.Engine.Name], w.Figures.Budget!.LeftRatio!.Value)));
        _availability.Show(windows.Where(w => w.Figures.Availability is not null)
            .Select(w => ((string[])[w.Engine.Name], w.Figures.Availability!.Value)));
        _objective.Show(engines.Select(e => ((string[])[e.Name], e.Objective)));
    }

    /// <summary>
    /// A month of many outages takes long to add up, and a minute changes little in it. So the sum is made anew when a state changed, and each minute.
    /// </summary>
    private AvailabilityFigures OfWindow(ServedEngine engine)
    {
        if (_windows.TryGetValue(engine.Name, out var known) && known.Of.IsAsBefore(engine) && engine.Open.To - known.Of.Open.To < WindowHolds)
            return known.Figures;
        _windows[engine.Name] = (engine, engine.OfWindow);
        return _windows[engine.Name].Figures;
    }

    /// <summary>An outage that began before the window tells no length. The begin of one that is over does not change, so it counts once.</summary>
    private void Count(ServedEngine engine, IReadOnlyList<Interruption> outages)
    {
        var (detect, recover) = (_detect.WithLabels(engine.Name), _recover.WithLabels(engine.Name));
        foreach (var outage in outages)
        {
            if (!outage.IsOver || outage.To <= engine.Since || outage.From <= engine.WindowBegan
                || outage.From <= _counted.GetValueOrDefault(engine.Name, DateTimeOffset.MinValue))
                continue;
            _counted[engine.Name] = outage.From;
            recover.Observe((outage.To - outage.From).TotalSeconds);
            if (outage.DetectedAfter is { } detected)
                detect.Observe(detected.TotalSeconds);
        }
    }
}
