using Agent.Domain;
using Agent.Domain.Engines;
using Agent.Engines.Runs;

namespace Agent.Engines.Signs;

/// <summary>
/// Unanswered canaries of one run, in a row, whether the counters move or not.
/// One canary behind a full queue says nothing. After a dozen a person is told.
/// </summary>
internal sealed class UnansweredCanaries(TimeProvider clock)
{
    private const int Many = 12;

    private EngineRun? _run;
    private int _inARow;
    private long _since;
    private string _newest = "";

    public void Take(EngineRun run, CanaryEnd end, string text)
    {
        if (_run != run || end is CanaryEnd.Right or CanaryEnd.Wrong)
            (_run, _inARow) = (run, 0);
        if (end is CanaryEnd.Right or CanaryEnd.Wrong)
            return;
        if (_inARow++ == 0)
            _since = clock.GetTimestamp();
        _newest = text;
    }

    /// <summary>The message about them. Null while there are fewer.</summary>
    public string? Told(EngineRun run) => _run == run && _inARow >= Many
        ? $"{_inARow} canaries in a row without an answer for {Durations.Text(clock.GetElapsedTime(_since))}; the newest: {_newest}"
        : null;
}
