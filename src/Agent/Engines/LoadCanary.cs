using Agent.Domain.Engines;

namespace Agent.Engines;

/// <summary>
/// When an engine that works is asked all the same: counters that move say that there are tokens, not that they are right.
/// Seldom, because every canary costs a place in the batch; at once when the last one was not right, or the answers of others
/// look odd.
/// </summary>
internal sealed class LoadCanary(TimeSpan every, TimeProvider clock)
{
    private EngineRun? _run;
    private long _askedAt;
    private bool _wasRight = true;

    public bool IsDue(EngineRun run, bool looksOdd)
    {
        if (_run != run)
            // Its start ended with a canary.
            (_run, _askedAt, _wasRight) = (run, clock.GetTimestamp(), true);
        return every > TimeSpan.Zero && (looksOdd || !_wasRight || clock.GetElapsedTime(_askedAt) >= every);
    }

    public void Ended(EngineRun run, CanaryEnd end) => (_run, _askedAt, _wasRight) = (run, clock.GetTimestamp(), end == CanaryEnd.Right);
}
