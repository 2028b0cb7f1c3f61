using System.Text;
using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Metrics;
using Agent.Notifications.Queue;
using Agent.Probes;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Metrics;

/// <summary>Metrics over a picture that a test paints as the loop does: look by look.</summary>
internal sealed class ScrapedAgent
{
    private static readonly IReadOnlyList<ScrapedProbe> Two =
    [
        new("chip-usage", Subject.Host, TimeSpan.FromMinutes(1)), new("engine-progress", Story.Engine, TimeSpan.FromSeconds(20)),
    ];

    private HostPicture _picture = HostPicture.Empty;

    public ScrapedAgent(params IReadOnlyList<string> faults)
        : this([], faults)
    {
    }

    public ScrapedAgent(IReadOnlyList<string> verdicts, IReadOnlyList<string> faults)
        : this(Two, verdicts, faults)
    {
    }

    public ScrapedAgent(IReadOnlyList<ScrapedProbe> probes, IReadOnlyList<string> verdicts, IReadOnlyList<string> faults, bool guideNames = true,
        bool exporterNames = false) => Metrics = new AgentMetrics(new MetricsSources
        {
            Version = "1.2.3",
            Probes = probes,
            Own = () => new OwnUse(28_000_000, TimeSpan.FromSeconds(1.5)),
            Kept = () => Kept,
            GuideNames = guideNames,
            ExporterNames = exporterNames,
            Chips = () => Chips,
            Verdicts = verdicts,
            Faults = faults,
            SeverityOf = code => FaultCatalog.Default[code].Severity,
            Notifiers = ["pager"],
            Channels = () => Channels,
            Stuck = () => 0,
            Picture = () => _picture,
            Engines = () => Engines,
            Served = () => Served,
            Clock = Clock,
        });

    public KeptSizes? Kept { get; set; } = new(4096, 700, 2, Story.Start);

    public IReadOnlyList<NamedChip> Chips { get; set; } = [new(Subject.Chip(0, 0), "910B3"), new(Subject.Chip(1, 0), "910B3")];

    public IReadOnlyList<ServedEngine> Served { get; set; } = [];

    public FakeTimeProvider Clock { get; } = new(Story.Start);

    public AgentMetrics Metrics { get; }

    public List<ChannelView> Channels { get; set; } = [new(new ChannelState("pager"), 0, null, 0)];

    public List<EngineNow> Engines { get; set; } = [new("deepseek", EngineState.Busy, Story.Start, Story.Start.AddHours(-1))];

    /// <summary>One look: its observations get the time of now.</summary>
    public void Look(string probe, params IReadOnlyList<Observation> seen)
    {
        var now = Clock.GetUtcNow();
        List<Observation> observations = [.. seen.Select(o => o with { Probe = probe, At = now, Began = now })];
        foreach (var observation in observations)
            _picture = _picture.With(observation);
        Metrics.Looked(new ProbeLook(probe, SubjectOf(observations), observations, TimeSpan.FromMilliseconds(30)));
    }

    /// <summary>Probes of an engine have it as their subject, the others the host.</summary>
    private static Subject SubjectOf(List<Observation> observations) =>
        observations.All(o => o.Subject.Kind == SubjectKind.Engine) ? observations[0].Subject : Subject.Host;

    public async Task<string> ScrapeAsync()
    {
        using var target = new MemoryStream();
        await Metrics.WriteAsync(target, CancellationToken.None);
        return Encoding.UTF8.GetString(target.ToArray());
    }

    /// <summary>The lines of one metric, without those that explain it.</summary>
    public async Task<IReadOnlyList<string>> ScrapeAsync(string metric) =>
        [.. (await ScrapeAsync()).Split('\n')
            .Where(l => l.StartsWith(metric + "{", StringComparison.Ordinal) || l.StartsWith(metric + " ", StringComparison.Ordinal))];

    public static Observation Seen(Subject subject, Verdict verdict = Verdict.Healthy, params IReadOnlyList<(string Name, double Value)> measures) => new()
    {
        Probe = "",
        Subject = subject,
        Verdict = verdict,
        Summary = "",
        At = default,
        Measures = measures.ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal),
    };
}
