using Agent.Domain.Engines;
using Agent.Domain.Observations;
using Agent.Engines;
using Agent.Notifications;

namespace Agent.Supervision;

/// <summary>Which engines a fault concerns, and whether people get answers from them now.</summary>
internal static class EnginesServe
{
    public static IReadOnlyList<EngineServes> Of(IReadOnlyList<SupervisedEngine> engines, Subject subject) =>
        [.. engines.Where(e => Concerns(e, subject)).Select(e => new EngineServes(e.Name, Serves(e)))];

    private static bool Concerns(SupervisedEngine engine, Subject subject) => subject.Kind switch
    {
        SubjectKind.Engine => engine.Settings.Subject == subject,
        SubjectKind.Chip => engine.Settings.Chips.Contains(subject),
        _ => true,
    };

    /// <returns>Null: it was not judged yet, or nobody wants it to serve.</returns>
    private static bool? Serves(SupervisedEngine engine)
    {
        if (!engine.Handle.Wanted || engine.Signs.Newest is not { } newest)
            return null;
        return newest.Verdict.Serving ?? newest.Verdict.State switch
        {
            EngineState.Idle or EngineState.Busy or EngineState.Saturated or EngineState.Degraded => true,
            EngineState.Starting => false,
            _ => null,
        };
    }
}
