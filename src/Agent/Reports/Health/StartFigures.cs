using Agent.Domain.Availability;
using Agent.Domain.Observations;

namespace Agent.Reports.Health;

/// <summary>How long an engine took to start, by the ledger.</summary>
/// <param name="BeforeMedianSeconds">Of the window before; null: it did not start in it.</param>
internal sealed record StartFigures(string Engine, int N, double MedianSeconds, double LongestSeconds, double? BeforeMedianSeconds)
{
    public static IReadOnlyList<StartFigures> Of(HealthInput input) =>
    [
        .. from spans in input.Spans ?? new Dictionary<Subject, IReadOnlyList<ServiceSpan>>()
           where spans.Key.Kind == SubjectKind.Engine
           orderby spans.Key.Id
           let starts = Starts(spans.Value, input.From, input.To)
           let spread = Spread.Of(starts)
           where spread is not null
           select new StartFigures(spans.Key.Id, spread.N, Seconds(spread.Median), Seconds(starts.Max()),
               Spread.Of(Starts(spans.Value, input.FromBefore, input.From)) is { } before ? Seconds(before.Median) : null),
    ];

    /// <summary>Only starts that ended in service: how long a start that failed took says nothing of the next.</summary>
    private static List<TimeSpan> Starts(IReadOnlyList<ServiceSpan> spans, DateTimeOffset from, DateTimeOffset to) =>
    [
        .. spans.Zip(spans.Skip(1))
            .Where(s => s.First.Why is ServiceReason.Starting or ServiceReason.FirstStart && s.Second.State == ServiceState.Up && s.First.To >= from
                && s.First.To < to)
            .Select(s => s.First.Length),
    ];

    private static double Seconds(TimeSpan time) => AvailabilityDocument.Seconds(time);
}
