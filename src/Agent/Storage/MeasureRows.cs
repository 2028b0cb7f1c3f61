using Agent.Domain.Observations;

namespace Agent.Storage;

/// <summary>A figure of one subject within a time.</summary>
internal sealed record MeasureTally(double Least, double Most, double Sum, int Count)
{
    public static MeasureTally Of(double value) => new(value, value, value, 1);

    public MeasureTally And(double value) => new(Math.Min(Least, value), Math.Max(Most, value), Sum + value, Count + 1);
}

/// <summary>Looks that saw nothing.</summary>
/// <param name="Missed">So many.</param>
/// <param name="Unseen">The time since the look before each of them.</param>
internal sealed record LookTally(int Missed, TimeSpan Unseen);

/// <summary>All that came since the last write.</summary>
internal sealed record MeasureBatch(
    IReadOnlyDictionary<(Subject Subject, string Name), MeasureTally> Figures,
    IReadOnlyDictionary<(Subject Subject, string Probe), LookTally> Gaps)
{
    public bool IsEmpty => Figures.Count == 0 && Gaps.Count == 0;
}

/// <summary>A figure at a time of a chart.</summary>
internal sealed record MeasurePoint(DateTimeOffset At, double Least, double Most, double Mean);

/// <summary>A figure of one subject over a window, the oldest point first.</summary>
internal sealed record MeasureLine(Subject Subject, string Name, IReadOnlyList<MeasurePoint> Points);

/// <summary>What a probe could not see of a subject in a window.</summary>
internal sealed record LookGap(string Probe, Subject Subject, int Missed, TimeSpan Unseen);

// The shapes that SQLite returns, for Dapper.

internal sealed class MeasureRow
{
    public string Subject { get; set; } = "";

    public string Name { get; set; } = "";

    public long Slot { get; set; }

    public long Least { get; set; }

    public long Most { get; set; }

    public long Mean { get; set; }
}

internal sealed class LookGapRow
{
    public string Subject { get; set; } = "";

    public string Name { get; set; } = "";

    public long Missed { get; set; }

    public long Seconds { get; set; }
}
