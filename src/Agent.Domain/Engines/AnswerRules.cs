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
                FormattableString.Invariant($"{perToken:0.00} s for a token, allowed {view.Limits.MaxSecondsPerToken:0.00}")) { Detail = "slow" },
        _ => ByComparison(view.Signs.Quality),
    };

    private static EngineVerdict? ByComparison(QualitySign? quality) => quality switch
    {
        { Complaints.Count: > 0, IsOfRunBefore: true } => new EngineVerdict(EngineState.Degraded, EngineRules.WorseAnswers,
            $"its answers have to be compared again; the run before: {quality.Text}")
        { Detail = "wrong answers", IsOpen = true },
        { Complaints.Count: > 0 } => new EngineVerdict(EngineState.Degraded, EngineRules.WorseAnswers, quality.Text)
        {
            Detail = "wrong answers",
            Fault = FaultCodes.EngineOutputDegraded,
            Evidence = [.. quality.Complaints, .. quality.Different],
        },
        _ => null,
    };

    private static EngineVerdict Wrong(CanarySign canary, EngineLimits limits)
    {
        var verdict = new EngineVerdict(EngineState.Degraded, EngineRules.WrongAnswers,
            $"{canary.InARow} looks in a row: {canary.Text}") { Detail = "wrong answers" };
        return canary.InARow < limits.WrongLooks ? verdict with { IsOpen = true } : verdict with { Fault = FaultCodes.EngineOutputDegraded };
    }
}
