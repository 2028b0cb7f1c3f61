namespace Agent.Probes.Npu;

/// <summary>
/// How much a counter grew within a sliding time. The first value seen is the base: what was counted before the agent looked
/// is nobody's news. A counter that goes down was reset, and is the new base.
/// </summary>
internal sealed class CounterWindow(TimeSpan length, TimeProvider clock)
{
    private readonly Queue<(long At, long Growth)> _growths = [];
    private long? _last;

    /// <returns>The growth within the window, this value included.</returns>
    public long Add(long value)
    {
        if (value < _last)
            _growths.Clear();
        else if (value > _last)
            _growths.Enqueue((clock.GetTimestamp(), value - _last.Value));
        _last = value;
        while (_growths.TryPeek(out var oldest) && clock.GetElapsedTime(oldest.At) > length)
            _growths.Dequeue();
        return _growths.Sum(g => g.Growth);
    }
}
