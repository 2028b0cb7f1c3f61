using Agent.Domain.Incidents;
using Agent.Domain.Observations;

namespace Agent.Domain.Recovery;

/// <summary>The number of attempts of one step on one subject that are allowed in a window of time.</summary>
public sealed record Budget(int Attempts, TimeSpan Window);

/// <summary>One attempt that was begun, as the journal remembers it.</summary>
public sealed record BudgetUse(StepKind Kind, Subject Subject, DateTimeOffset At);

/// <summary>
/// The limits, and how much of them is used. The uses come from the journal, and a step is written
/// there before it is begun. So a crash-looping agent has no more attempts than a healthy one.
/// </summary>
public sealed record Budgets(IReadOnlyDictionary<StepKind, Budget> Limits, IReadOnlyList<BudgetUse> Uses)
{
    public static readonly Budgets Unlimited = new(new Dictionary<StepKind, Budget>(), []);

    /// <summary>Null when one more attempt is allowed, otherwise the reason why not.</summary>
    public string? Refusal(StepKind kind, Subject subject, DateTimeOffset now)
    {
        if (!Limits.TryGetValue(kind, out var limit))
            return null;

        var used = Used(kind, subject, limit, now);
        return used < limit.Attempts
            ? null
            : $"budget of {Step.NameOf(kind)} spent: {used} of {limit.Attempts} in {Durations.Text(limit.Window)}";
    }

    /// <summary>Attempts that are still allowed; null: the step has no limit.</summary>
    public int? Left(StepKind kind, Subject subject, DateTimeOffset now) =>
        Limits.TryGetValue(kind, out var limit) ? Math.Max(0, limit.Attempts - Used(kind, subject, limit, now)) : null;

    /// <summary>Uses in the future, written by a clock that was ahead, become uses of the present. So they count for one window and no longer.</summary>
    public Budgets NotAfter(DateTimeOffset now) => this with { Uses = [.. Uses.Select(u => u.At > now ? u with { At = now } : u)] };

    public Budgets With(BudgetUse use) => this with { Uses = [.. Uses, use] };

    /// <summary>Budgets after an event: a step that is begun is a use. If it turns out that it was not begun, it is none.</summary>
    public Budgets After(IncidentEvent happened) => happened switch
    {
        StepStarted { Step.IsBudgeted: true } begun => With(new BudgetUse(begun.Step.Kind, begun.Step.Subject, begun.At)),
        StepEnded { NotBegun: true } ended when Uses.LastOrDefault(u => u.Kind == ended.Step.Kind && u.Subject == ended.Step.Subject) is { } use =>
            this with { Uses = [.. Uses.Where(u => !ReferenceEquals(u, use))] },
        _ => this,
    };

    // A use "in the future" means that the clock was set back since. It counts. If it were
    // forgotten, a misbehaving clock could make the agent restart engines without end.
    private int Used(StepKind kind, Subject subject, Budget limit, DateTimeOffset now) =>
        Uses.Count(u => u.Kind == kind && u.Subject == subject && now - u.At < limit.Window);

    /// <summary>Drops uses that no limit looks at any more.</summary>
    public Budgets Forget(DateTimeOffset now)
    {
        var longest = Limits.Count == 0 ? TimeSpan.Zero : Limits.Values.Max(l => l.Window);
        return this with { Uses = [.. Uses.Where(u => now - u.At < longest)] };
    }
}
