namespace Agent.Domain.Engines;

/// <summary>Nothing is wrong, as far as anybody can tell: how much it has to do.</summary>
internal static class LoadRules
{
    public static EngineVerdict Judge(EngineView view)
    {
        if (!view.Limits.HasFrontEnd)
            return WithoutPort(view);
        if (view.Health is { End: HttpEnd.TimedOut } || view.Metrics is { End: HttpEnd.TimedOut } || Queued(view))
            return Saturated(view);
        if (view.Counters is { } counters)
            return Loaded(counters, view);
        // No usable counters: what else answers?
        if (view.Canary is { End: CanaryEnd.Right or CanaryEnd.Wrong or CanaryEnd.NotNeeded } canary)
            return new EngineVerdict(EngineState.Idle, EngineRules.CanaryOnly, $"load unknown; canary: {canary.Text}");
        return view.Health is { End: HttpEnd.Answered }
            ? new EngineVerdict(EngineState.Idle, EngineRules.CanaryOnly, $"load unknown; {view.Health.Text}") { IsOpen = true }
            : new EngineVerdict(EngineState.Starting, EngineRules.NotLookedAt, "no usable answer yet") { Detail = "serving", IsOpen = true };
    }

    /// <summary>Only its chips tell whether it has work.</summary>
    private static EngineVerdict WithoutPort(EngineView view) =>
        new(view.Chips is { IdleLooks: > 0 } ? EngineState.Idle : EngineState.Busy, EngineRules.WithoutPort, view.Chips?.Text ?? "its chips were not seen")
        {
            IsUp = true,
        };

    private static bool Queued(EngineView view) => view.Counters is { Waiting: > 0, HasWork: true, IsAsleep: false, StillFor.Ticks: 0 };

    private static EngineVerdict Saturated(EngineView view)
    {
        var late = view.Health is { End: HttpEnd.TimedOut } health ? health : view.Metrics is { End: HttpEnd.TimedOut } metrics ? metrics : null;
        if (late is null)
            return new EngineVerdict(EngineState.Saturated, EngineRules.Queue, view.Counters!.Text);
        var load = view.Signs.Counters is { CanTell: true } last ? $"; load known last: {last.Load}" : "";
        // While counters come in and move it is sure; otherwise nothing is known.
        return new EngineVerdict(EngineState.Saturated, EngineRules.NoAnswerInTime,
            $"{late.Text} for {Durations.Text(late.For)}{load}")
        { IsOpen = !view.WorkedAfter(late.Since) };
    }

    private static EngineVerdict Loaded(CounterSign counters, EngineView view) => counters switch
    {
        { IsAsleep: true } => new EngineVerdict(EngineState.Idle, EngineRules.Asleep, counters.Text),
        { HasWork: false } => new EngineVerdict(EngineState.Idle, EngineRules.NoWork, counters.Text),
        { StillFor.Ticks: > 0 } => new EngineVerdict(EngineState.Busy, EngineRules.WorkMayMove,
            $"{counters.Text}, allowed {(view.Limits.StallGrace == TimeSpan.Zero ? "for ever" : Durations.Text(view.Patience))}"),
        _ => new EngineVerdict(EngineState.Busy, EngineRules.WorkMoves, counters.Text),
    };
}
