using Agent.Domain.Availability;

namespace Agent.Reports;

/// <summary>The availability of one engine or chip over a period. Unknown time is kept apart, and what there is none of is null.</summary>
internal sealed record AvailabilityDocument
{
    public required string Subject { get; init; }

    /// <summary>From 0 to 1, of known and wanted time.</summary>
    public required double? Availability { get; init; }

    public required double UpSeconds { get; init; }

    public required double LostSeconds { get; init; }

    public required double PlannedSeconds { get; init; }

    public required double UnknownSeconds { get; init; }

    public required int Interruptions { get; init; }

    public required double RequestsAborted { get; init; }

    public required double? TokensNotServed { get; init; }

    public required SpreadDocument? SecondsToDetect { get; init; }

    public required SpreadDocument? SecondsToRecover { get; init; }

    public required SpreadDocument? SecondsBetween { get; init; }

    public required ErrorBudgetDocument? ErrorBudget { get; init; }

    public static AvailabilityDocument Of(string subject, AvailabilityFigures figures) => new()
    {
        Subject = subject,
        Availability = figures.Availability,
        UpSeconds = Seconds(figures.Up),
        LostSeconds = Seconds(figures.Down),
        PlannedSeconds = Seconds(figures.Planned),
        UnknownSeconds = Seconds(figures.Unknown),
        Interruptions = figures.Interruptions.Count,
        RequestsAborted = figures.AbortedByAgent,
        TokensNotServed = figures.TokensNotServed is { } tokens ? Math.Round(tokens) : null,
        SecondsToDetect = SpreadDocument.Of(figures.TimeToDetect),
        SecondsToRecover = SpreadDocument.Of(figures.TimeToRecover),
        SecondsBetween = SpreadDocument.Of(figures.TimeBetween),
        ErrorBudget = figures.Budget is { } budget
            ? new ErrorBudgetDocument(budget.Objective, Seconds(budget.Allowed), Seconds(budget.Used), Seconds(budget.Left), budget.Burn) : null,
    };

    public static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}

internal sealed record SpreadDocument(int N, double Mean, double Median, double P90)
{
    public static SpreadDocument? Of(Spread? spread) => spread is null ? null
        : new(spread.N, AvailabilityDocument.Seconds(spread.Mean), AvailabilityDocument.Seconds(spread.Median), AvailabilityDocument.Seconds(spread.P90));
}

/// <param name="Objective">From 0 to 1.</param>
/// <param name="Burn">1 spends it exactly.</param>
internal sealed record ErrorBudgetDocument(double Objective, double AllowedSeconds, double UsedSeconds, double LeftSeconds, double? Burn);
