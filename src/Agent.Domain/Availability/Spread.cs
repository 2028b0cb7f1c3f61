namespace Agent.Domain.Availability;

/// <summary>How times are spread. There is none of no times: nothing is not zero.</summary>
public sealed record Spread(int N, TimeSpan Mean, TimeSpan Median, TimeSpan P90)
{
    public static Spread? Of(IEnumerable<TimeSpan> times)
    {
        List<TimeSpan> sorted = [.. times.Order()];
        return sorted.Count == 0 ? null : new Spread(
            sorted.Count,
            sorted.Aggregate(TimeSpan.Zero, (sum, time) => sum + time) / sorted.Count,
            (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2,
            // The nearest rank.
            sorted[(((sorted.Count * 9) + 9) / 10) - 1]);
    }
}
