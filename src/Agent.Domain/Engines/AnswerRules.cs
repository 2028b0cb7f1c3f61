using Agent.Domain.Faults;

namespace Agent.Domain.Engines;

/// <summary>The engine answers; what it answers, and how fast, is another matter.</summary>
internal static class AnswerRules
{
    public static EngineVerdict? Judge(EngineView view) => view.Canary switch
    {
        { End: CanaryEnd.Wrong } canary => Wrong(canary, view.Limits),
        { End: CanaryEnd.Right, HadEngineAlone: true, SecondsPerToken: { } perToken } when perToken > view.Limits.MaxSecondsPerToken =>
            new EngineVerdict(EngineState.Degraded, EngineRules.SlowAnswers,
                FormattableString.Invariant($"{perToken:0.00} s for a token, allowed {view.Limits.MaxSecondsPerToken:0.00}"))
            { Detail = "slow" },
        _ => null,
    };

    /// <summary>
    /// The comparison with accepted answers speaks last. An engine whose answers are worse serves everybody all the same, so what is
    /// known of everything else stands beside it.
    /// </summary>
    /// <param name="view">The engine.</param>
    /// <param name="rest">The verdict without the comparison.</param>
    public static EngineVerdict Compared(EngineView view, EngineVerdict rest)
    {
        if (view.Signs.Quality is not { Complaints.Count: > 0 } quality)
            return rest;
        var worse = new EngineVerdict(EngineState.Degraded, EngineRules.WorseAnswers, quality.Text)
        {
            Detail = "wrong answers",
            OnlyAgainst = rest.IsOpen ? null : FaultCodes.EngineOutputDegraded,
        };
        if (!quality.IsOfRunBefore)
            return worse with { Fault = FaultCodes.EngineOutputDegraded, Evidence = [.. quality.Complaints, .. quality.Different] };
        // A verdict that is open by itself leaves more open than this does.
        return rest.IsOpen ? rest
            : worse with { Reason = $"its answers have to be compared again; the run before: {quality.Text}", IsOpen = true };
    }

    private static EngineVerdict Wrong(CanarySign canary, EngineLimits limits)
    {
        var verdict = new EngineVerdict(EngineState.Degraded, EngineRules.WrongAnswers,
            $"{Counted.Text(canary.InARow, "look")} in a row: {canary.Text}")
        { Detail = "wrong answers" };
        return canary.InARow < limits.WrongLooks ? verdict with { IsOpen = true } : verdict with { Fault = FaultCodes.EngineOutputDegraded };
    }
}
