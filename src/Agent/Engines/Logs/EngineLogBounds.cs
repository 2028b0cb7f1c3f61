using Agent.Adapters.Files;
using Agent.Configuration.Engines;
using Agent.Domain;
using Agent.ForeignText;

namespace Agent.Engines.Logs;

/// <summary>How much the present run prints, and what of it stays. Asked by whoever reads the log, under the reader's lock.</summary>
internal sealed class EngineLogBounds(string log, EngineLogSettings settings, EngineLogRoom room, FreeHead free, TextGate gate, TimeProvider clock)
{
    /// <summary>So much of a line is shown that an operator knows it again.</summary>
    private const int ShownOfLine = 200;

    private const int Unbounded = 3;

    private readonly EngineLogKeeper _keeper = new(log, settings, room, free, clock);
    private readonly EngineLogFlow _flow = new(settings.FloodAfter, clock);
    private readonly LineShapes _shapes = new();
    private double _limit = settings.KeptBytes / LogFlood.Wanted.TotalSeconds;

    private string? Problem => _keeper.Problem;

    public Task Moving => _keeper.Moving;

    public void SetAside() => _keeper.SetAside();

    /// <summary>Lines are counted only while there are many: at rest it costs nothing.</summary>
    public void See(string line)
    {
        if (IsFast)
            _shapes.Add(line);
    }

    /// <param name="read">How far the file was read.</param>
    /// <param name="readOn">Reads on to its end and tells where that was.</param>
    /// <returns>True: the file was emptied.</returns>
    public bool KeepUp(long read, Func<long> readOn)
    {
        _flow.See(read);
        if (!IsFast)
            _shapes.Clear();
        _keeper.KeepUp(read);
        return _keeper.Empty(readOn);
    }

    /// <summary>What is wrong with how much there is; nothing while a day of output can be kept, and no more is there than may be.</summary>
    public EngineLogState Look()
    {
        var (used, kept) = room.Look();
        _limit = kept / LogFlood.Wanted.TotalSeconds;
        var flood = _flow.Floods(_limit) ? new LogFlood(_flow.Newest, kept, kept < settings.KeptBytes, Most()) : null;
        // An open incident may need twice as much, and some came while nobody looked.
        var isUnbounded = Problem is not null && used > Unbounded * settings.KeptBytes;
        return new EngineLogState(flood, isUnbounded ? $"{Sizes.Text(used)} of logs are there, {Sizes.Text(settings.KeptBytes)} are wanted" : null, Problem, room.LostBytes);
    }

    private (string Example, double Share)? Most() =>
        _shapes.Most() is { } most ? most with { Example = gate.Clean(LogWrapping.Off(most.Example), ShownOfLine) } : null;

    private bool IsFast => _flow.Newest > _limit;
}
