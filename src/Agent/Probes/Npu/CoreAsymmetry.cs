namespace Agent.Probes.Npu;

/// <summary>
/// How unevenly the chips of one engine work. With tensor parallelism they work alike; when one is stuck, the others spin in
/// a collective and wait for it. One look proves nothing, so the figure is the smallest difference of the last few.
/// </summary>
internal sealed class CoreAsymmetry
{
    private const int Looks = 3;
    private const int Busy = 90;
    private const int Idle = 5;

    private readonly Queue<(int Least, int Most)> _last = [];

    /// <summary>Some chips work at full load and others do nothing, look after look.</summary>
    public bool Stands => _last.Count == Looks && _last.All(l => l.Most >= Busy && l.Least < Idle);

    /// <summary>0: all alike; 1: some at full load, others idle. Null until there were enough looks.</summary>
    public double? Ratio => _last.Count == Looks ? _last.Min(l => l.Most - l.Least) / 100.0 : null;

    /// <param name="percents">AI-core utilisation of the engine's chips; fewer than two compare with nothing.</param>
    public void Look(IReadOnlyList<int> percents)
    {
        if (percents.Count < 2)
        {
            _last.Clear();
            return;
        }

        _last.Enqueue((percents.Min(), percents.Max()));
        if (_last.Count > Looks)
            _last.Dequeue();
    }
}
