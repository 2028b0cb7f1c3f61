namespace Agent.Engines.Logs;

/// <summary>
/// How fast a log grows: the averages of the last few windows. A flood begins only when even the slowest window is too fast, so a burst or a
/// start-up full of lines is not taken for a flood. It ends only when even the fastest window is slow enough, so a pause is not taken for its end.
/// </summary>
internal sealed class EngineLogFlow(TimeSpan floodAfter, TimeProvider clock)
{
    private const int Windows = 3;

    private readonly Queue<double> _rates = new(Windows);
    private long? _since;
    private long _length;

    /// <summary>Bytes a second in the last window. Null before the first window is over.</summary>
    public double? Newest => _rates.Count > 0 ? _rates.Last() : null;

    /// <param name="length">The length of the file, which never shrinks unless it is emptied.</param>
    public void See(long length)
    {
        if (_since is not { } since || length < _length)
        {
            (_since, _length) = (clock.GetTimestamp(), length);
            return;
        }

        var elapsed = clock.GetElapsedTime(since);
        if (elapsed < floodAfter / Windows)
            return;
        if (_rates.Count == Windows)
            _rates.Dequeue();
        _rates.Enqueue((length - _length) / elapsed.TotalSeconds);
        (_since, _length) = (clock.GetTimestamp(), length);
    }

    /// <param name="limit">This many bytes a second are too many.</param>
    /// <param name="isTold">A flood is told already, perhaps by an agent that ended since. It goes on until all windows are known to be slow.</param>
    public bool Floods(double limit, bool isTold) =>
        isTold ? _rates.Count < Windows || _rates.Max() > limit : _rates.Count == Windows && _rates.Min() > limit;
}
