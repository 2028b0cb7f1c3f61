using System.Collections.Concurrent;
using Agent.Domain;
using Agent.Domain.Engines;
using Agent.Domain.Observations;
using Prometheus;

namespace Agent.Metrics;

/// <summary>
/// Gauges of what is seen now, made anew at each scrape from the picture of the loop. So a chip that is gone, a probe that could not look
/// and an engine that stopped leave no value behind.
/// </summary>
internal sealed class PresentGauges
{
    private static readonly GaugeConfiguration Empty = new() { SuppressInitialValue = true };

    /// <summary>A verdict on an engine that was not renewed for so long is none.</summary>
    private static readonly TimeSpan VerdictHolds = TimeSpan.FromMinutes(5);

    private readonly MetricsSources _sources;
    private readonly MetricFactory _factory;
    private readonly Gauge _healthy;
    private readonly Gauge _states;
    private readonly Gauge _chips;
    private readonly IReadOnlyList<Action<ILookup<string, Measured>>> _guide;
    private readonly ExporterNames? _exporter;
    private readonly ConcurrentDictionary<string, Gauge> _measures = new(StringComparer.Ordinal);

    public PresentGauges(MetricsSources sources, MetricFactory factory)
    {
        (_sources, _factory) = (sources, factory);
        _healthy = factory.CreateGauge("npu_agent_healthy",
            "1: the newest look of the probe found no fault in the subject. 0: it found one. "
            + "Absent: it could not look, the look is too old, or the engine does not run.",
            ["probe", "subject"], Empty);
        _states = factory.CreateGauge("npu_engine_state",
            "1 for the state that the engine is in by the agent's newest verdict, 0 for the others. Absent before the first verdict.",
            ["engine", "state"], Empty);
        _chips = factory.CreateGauge("npu_chip_info",
            "Always 1. The label bus_id tells by its PCIe address which device has the number card/chip now, as npu-smi lists it.",
            ["chip", "bus_id"], Empty);
        _guide = sources.GuideNames ? [.. GuideNames.All.Select(n => n.Create(factory))] : [];
        _exporter = sources.ExporterNames ? new ExporterNames(sources, factory) : null;
    }

    /// <returns>What is seen now.</returns>
    public IReadOnlyList<Observation> Show()
    {
        var now = _sources.Clock.GetUtcNow();
        var engines = _sources.Engines().ToList();
        var seen = _sources.Picture().Present(now).Where(o => IsOfPresentRun(o, engines)).ToList();
        _healthy.Show(seen.Where(o => o.Verdict != Verdict.CouldNotLook && Holds(o, engines))
            .Select(o => ((string[])[o.Probe, o.Subject.ToString()], o.Verdict == Verdict.Healthy ? 1.0 : 0)));
        _states.Show(
            from engine in engines
            where engine.JudgedAt is { } at && now - at <= VerdictHolds
            from state in Enum.GetValues<EngineState>()
            select ((string[])[engine.Name, Words.Of(state)], state == engine.State ? 1.0 : 0));
        _chips.Show(seen.Where(o => o is { Subject.Kind: SubjectKind.Chip, Identity: not null }).Select(o => ((string[])[o.Subject.Id, o.Identity!], 1.0)));
        var present = ShowMeasures(seen.Where(o => Runs(o, engines)));
        foreach (var show in _guide)
            show(present);
        _exporter?.Show(seen, present);
        return seen;
    }

    private ILookup<string, Measured> ShowMeasures(IEnumerable<Observation> seen)
    {
        var present = seen.SelectMany(o => o.Measures.Select(m => new Measured(o.Subject, m.Key, m.Value)))
            .ToLookup(m => $"{Words.Of(m.Subject.Kind)}_{m.Name}", StringComparer.Ordinal);
        foreach (var family in present)
            _measures.GetOrAdd(family.Key, Create, family.First().Subject.Kind);
        foreach (var (family, gauge) in _measures)
            gauge.Show(present[family].Select(m => (m.Subject.Id.Length == 0 ? [] : (string[])[m.Subject.Id], m.Value)));
        return present;
    }

    /// <summary>One family for each measure of a kind of subject, for example npu_chip_temperature_celsius.</summary>
    private Gauge Create(string family, SubjectKind kind) =>
        _factory.CreateGauge($"npu_{family}", MeasureTexts.Of(family), kind is SubjectKind.Host or SubjectKind.Driver ? [] : [Words.Of(kind)], Empty);

    /// <summary>What was seen of an earlier run of an engine describes nothing that still is.</summary>
    private static bool IsOfPresentRun(Observation seen, List<EngineNow> engines) =>
        EngineOf(seen, engines)?.RunsSince is not { } since || PresentPicture.BeganAt(seen) >= since;

    /// <summary>An engine that does not run is not well, whatever its probes have no objection to.</summary>
    private static bool Holds(Observation seen, List<EngineNow> engines) => seen.Verdict == Verdict.Faulty || Runs(seen, engines);

    private static bool Runs(Observation seen, List<EngineNow> engines) =>
        seen.Subject.Kind != SubjectKind.Engine || EngineOf(seen, engines)?.RunsSince is not null;

    private static EngineNow? EngineOf(Observation seen, List<EngineNow> engines) =>
        seen.Subject.Kind == SubjectKind.Engine ? engines.Find(e => e.Name == seen.Subject.Id) : null;
}
