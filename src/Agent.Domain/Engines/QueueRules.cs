namespace Agent.Domain.Engines;

/// <summary>
/// Requests wait and none runs. A decode instance whose partner for prefill is gone looks so, and a restart brings no partner
/// back: what waits for something outside is no work of the engine. A canary that is answered meanwhile proves that.
/// </summary>
internal static class QueueRules
{
    public static EngineVerdict? Judge(EngineView view)
    {
        if (view.Queue is not { } queue || view.Signs.Counters is { IsAsleep: true })
            return null;
        var isOutside = view.Counters is { HasWork: false };
        if (!isOutside && queue.For < view.Limits.HeldAfter)
            return null;
        var answered = EngineAnswers(view);
        var state = isOutside || answered ? EngineState.Degraded : EngineState.Busy;
        var reason = answered ? $"{queue.Text}; a canary was answered meanwhile" : queue.Text;
        return new EngineVerdict(state, EngineRules.WorkWaits, reason) { Detail = "work waits" };
    }

    /// <summary>Asked after they began to wait, it answered: it does not hang, and they wait for something else.</summary>
    public static bool EngineAnswers(EngineView view) =>
        view.Queue is { } queue && view.Canary is { End: CanaryEnd.Right } canary && canary.At > queue.Since;
}
