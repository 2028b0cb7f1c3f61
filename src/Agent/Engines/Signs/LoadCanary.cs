using Agent.Domain.Engines;
using Agent.Engines.Runs;

namespace Agent.Engines.Signs;

/// <summary>
/// Tells when an engine that works is asked a canary all the same: moving counters prove that there are tokens, not that they are right. This is
/// seldom, because every canary costs a place in the batch. It is at once if the last canary was not right, or if the answers to others look odd.
/// </summary>
internal sealed class LoadCanary(TimeSpan every, TimeProvider clock)
{
    private EngineRun? _run;
    private long _askedAt;
    private bool _wasRight = true;

    public bool IsDue(EngineRun run, bool looksOdd)
    {
        if (_run != run)
            // The start of the engine ended with a canary.
            (_run, _askedAt, _wasRight) = (run, clock.GetTimestamp(), true);
        return every > TimeSpan.Zero && (looksOdd || !_wasRight || clock.GetElapsedTime(_askedAt) >= every);
    }

    public void Ended(EngineRun run, CanaryEnd end) => (_run, _askedAt, _wasRight) = (run, clock.GetTimestamp(), end == CanaryEnd.Right);
}
