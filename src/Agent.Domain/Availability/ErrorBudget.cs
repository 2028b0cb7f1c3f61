namespace Agent.Domain.Availability;

/// <summary>Lost service held against an objective. Only known time counts, so an engine that nobody looked at has spent nothing.</summary>
/// <param name="Objective">The wanted availability, from 0 to 1.</param>
/// <param name="Allowed">The outage that the objective allows in that time.</param>
/// <param name="Used">The outage that there was.</param>
public sealed record ErrorBudget(double Objective, TimeSpan Allowed, TimeSpan Used)
{
    /// <summary>Below zero when the objective is missed.</summary>
    public TimeSpan Left => Allowed - Used;

    /// <summary>The share that is left; null where nothing is allowed.</summary>
    public double? LeftRatio => Allowed > TimeSpan.Zero ? Left / Allowed : null;

    /// <summary>1 spends the budget exactly; null where nothing is allowed.</summary>
    public double? Burn => Allowed > TimeSpan.Zero ? Used / Allowed : null;

    public static ErrorBudget Of(double objective, TimeSpan up, TimeSpan down) => new(objective, (up + down) * (1 - objective), down);
}
