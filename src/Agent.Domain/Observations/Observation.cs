using Agent.Domain.Engines;

namespace Agent.Domain.Observations;

/// <summary>The three states of knowledge. They are never mixed up: a probe that could not look knows nothing.</summary>
public enum Verdict
{
    Healthy,
    Faulty,

    /// <summary>The probe got no usable answer. Never a reason for a remedy by itself.</summary>
    CouldNotLook,
}

/// <summary>What one probe saw of one subject at one time.</summary>
public sealed record Observation
{
    public required string Probe { get; init; }

    public required Subject Subject { get; init; }

    public required Verdict Verdict { get; init; }

    /// <summary>One line for people: what was seen, with the figures.</summary>
    public required string Summary { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// When the look began that saw it: what happened in the middle of a look may not be in what it saw. Null: at
    /// <see cref="At"/>.
    /// </summary>
    public DateTimeOffset? Began { get; init; }

    /// <summary>
    /// Code from the fault catalogue. Always there when faulty; with <see cref="Verdict.CouldNotLook"/> it may name a fault
    /// of looking itself, which then starts at the rung <c>note</c>.
    /// </summary>
    public string? Fault { get; init; }

    /// <summary>
    /// Code of the one fault against which this speaks, whether it is proven or open: everything else was looked at and is well.
    /// Null: of other faults it tells nothing.
    /// </summary>
    public string? OnlyAgainst { get; init; }

    /// <summary>The lines that led to the verdict, verbatim, at most a few.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>
    /// Which device it is, beside its number: the bus id of a chip. Numbers are given anew by the driver; null where there is
    /// no such thing or it is not known.
    /// </summary>
    public string? Identity { get; init; }

    /// <summary>
    /// Figures in base units by metric-like name, for example <c>temperature_celsius</c>. Not a number and the infinite ones are
    /// left out: nobody measured them, and JSON has no word for them.
    /// </summary>
    public IReadOnlyDictionary<string, double> Measures
    {
        get;
        init => field = value.Values.All(double.IsFinite) ? value : value.Where(m => double.IsFinite(m.Value))
            .ToDictionary(m => m.Key, m => m.Value, StringComparer.Ordinal);
    } = NoMeasures;

    /// <summary>
    /// True: this proves that the engine completed work (its counters moved, or a canary completion was right).
    /// False: it was asked to and did not. Null: says nothing about it.
    /// </summary>
    public bool? Serving { get; init; }

    /// <summary>What a person can do next, where the probe knows (most useful when it could not look).</summary>
    public string? NextStep { get; init; }

    /// <summary>Values of <see cref="Faults.Placeholders"/> that the probe knows, beside those that the subject tells.</summary>
    public IReadOnlyDictionary<string, string>? Known { get; init; }

    /// <summary>Names of probes whose look would tell more of this now than at its time.</summary>
    public IReadOnlyList<string> Wants { get; init; } = [];

    /// <summary>What the look saw of an engine, for its verdict; null: nothing that is judged as a whole.</summary>
    public EngineSign? Sign { get; init; }

    /// <summary>How long this may be taken for the present state; after that it is stale and says nothing.</summary>
    public TimeSpan ValidFor { get; init; } = TimeSpan.FromMinutes(5);

    private static readonly IReadOnlyDictionary<string, double> NoMeasures = new Dictionary<string, double>(StringComparer.Ordinal);
}
