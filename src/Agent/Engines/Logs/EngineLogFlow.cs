namespace Agent.Engines.Logs;

/// <summary>
/// How fast a log grows: the averages of the last few windows. What the slowest of them has was kept up all the time, so a burst
/// or a start-up full of lines is not taken for a flood; a pause in a flood is not taken for its end in the same way.
/// </summary>
internal sealed class EngineLogFlow(TimeSpan floodAfter, TimeProvider clock)
{
    private const int Windows = 3;

    private readonly Queue<double> _rates = new(Windows);
    private long? _since;
    private long _length;
    private bool _floods;

    /// <summary>Bytes a second in the last window.</summary>
    public double Newest => _rates.Count > 0 ? _rates.Last() : 0;

    /// <param name="length">Of the file, which never shrinks unless it is emptied.</param>
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

    /// <param name="limit">Bytes a second that are too many.</param>
    public bool Floods(double limit) => _floods = _floods ? _rates.Max() > limit : _rates.Count == Windows && _rates.Min() > limit;
}
