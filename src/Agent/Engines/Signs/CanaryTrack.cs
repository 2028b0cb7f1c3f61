using Agent.Adapters.VllmHttp;
using Agent.Domain.Engines;
using Agent.Engines.Runs;

namespace Agent.Engines.Signs;

/// <summary>The moment when one canary was asked, and the counters before it.</summary>
internal sealed record AskedCanary(EngineRun Run, DateTimeOffset At, long Timestamp, EngineCounters? Before);

/// <summary>
/// The ends of one run's canaries, as long as they follow each other in a row. The counters
/// are compared over the whole row: the counters before its first question are the baseline.
/// </summary>
internal sealed class CanaryTrack(TimeProvider clock)
{
    private AskedCanary? _first;
    private CanarySign? _last;
    private bool _workBefore;

    public AskedCanary Ask(EngineRun run, EngineCounters? before) => new(run, clock.GetUtcNow(), clock.GetTimestamp(), before);

    public CanarySign Busy(EngineRun run) => Next(Ask(run, null), CanaryEnd.NotNeeded, "busy: the counters move, no canary needed", true);

    /// <summary>A canary behind other work had no answer in time. This is no sign of a hang, and no proof that answers are right again.</summary>
    public CanarySign Waited(EngineRun run, string text) => _last is { End: CanaryEnd.Wrong } wrong && _first?.Run == run
        ? wrong
        : Next(Ask(run, null), CanaryEnd.NotNeeded, $"busy: the counters move; {text}", true);

    /// <param name="asked">The question.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="after">The counters after it; null when they cannot be read.</param>
    /// <param name="firstOfLook">Wrong answers are counted by looks, because the second canary of a look only confirms the first.</param>
    public CanarySign Take(AskedCanary asked, CanaryResult result, EngineCounters? after, bool firstOfLook)
    {
        var end = result.Ended;
        var text = end switch
        {
            CanaryEnd.Right => $"answered \"{result.Text.Trim()}\", {(result.SecondsPerToken ?? 0) * 1000:0} ms a token",
            CanaryEnd.Wrong => result.Complaint!,
            _ => result.Text,
        };
        var sign = Next(asked, end, text, firstOfLook || end != CanaryEnd.Wrong);
        _workBefore = sign.InARow == 1 ? asked.Before is { HasWork: true } : _workBefore || asked.Before is { HasWork: true };
        return _last = sign with
        {
            WorkBefore = _workBefore,
            HadEngineAlone = asked.Before is { HasWork: false } before && after is { HasWork: false }
                && !(after.GenerationTokens - before.GenerationTokens > result.Tokens),
            CountersFlat = _first!.Before is { } baseline && after is not null ? !after.MovedFrom(baseline) : null,
            SecondsPerToken = end == CanaryEnd.Right ? result.SecondsPerToken : null,
        };
    }

    /// <summary>The engine was paused until this moment. Canaries asked before it tell nothing about the engine, and no row goes on across it.</summary>
    public void BeginAnew(DateTimeOffset resumed)
    {
        if (_first?.At < resumed)
            (_first, _last) = (null, null);
    }

    private CanarySign Next(AskedCanary asked, CanaryEnd end, string text, bool counts)
    {
        var goesOn = _last?.End == end && _first?.Run == asked.Run;
        if (!goesOn)
            _first = asked;
        var inARow = !goesOn ? 1 : counts ? _last!.InARow + 1 : _last!.InARow;
        return _last = new CanarySign(clock.GetUtcNow(), end, inARow, _first!.At, clock.GetElapsedTime(_first.Timestamp), text) { AskedAt = asked.At };
    }
}
