using Agent.Adapters.Files;
using Agent.Configuration.Engines;
using Agent.Domain;
using Agent.ForeignText;

namespace Agent.Engines.Logs;

/// <summary>The amount that the present run prints, and the part of it that stays. The reader of the log asks it under the reader's lock.</summary>
internal sealed class EngineLogBounds(string log, EngineLogSettings settings, EngineLogRoom room, FreeHead free, TextGate gate, TimeProvider clock)
{
    /// <summary>This much of a line is shown, so that an operator recognizes it.</summary>
    private const int ShownOfLine = 200;

    private const int Unbounded = 3;

    private readonly EngineLogKeeper _keeper = new(log, settings, room, free, clock);
    private readonly EngineLogFlow _flow = new(settings.FloodAfter, clock);
    private readonly LineShapes _shapes = new();
    private double _limit = settings.KeptBytes / LogFlood.Wanted.TotalSeconds;

    private string? Problem => _keeper.Problem;

    public Task Moving => _keeper.Moving;

    public void SetAside() => _keeper.SetAside();

    /// <summary>Lines are counted only while there are many, so that a quiet log costs nothing.</summary>
    public void See(string line)
    {
        if (IsFast)
            _shapes.Add(line);
    }

    /// <param name="read">The place up to which the file was read.</param>
    /// <param name="readOn">Reads on to the end of the file and answers that place.</param>
    /// <returns>True: the file was emptied.</returns>
    public bool KeepUp(long read, Func<long> readOn)
    {
        _flow.See(read);
        if (!IsFast)
            _shapes.Clear();
        _keeper.KeepUp(read);
        return _keeper.Empty(readOn);
    }

    /// <summary>The trouble with the amount of output. There is none while a day of output can be kept and no more is there than allowed.</summary>
    public EngineLogState Look()
    {
        var (used, kept) = room.Look();
        _limit = kept / LogFlood.Wanted.TotalSeconds;
        var flood = _flow.Floods(_limit, room.IsFloodTold) ? new LogFlood(_flow.Newest, kept, kept < settings.KeptBytes, Most()) : null;
        // An open incident may need twice as much, and some output came while nobody looked.
        var isUnbounded = Problem is not null && used > Unbounded * settings.KeptBytes;
        return new EngineLogState(flood, isUnbounded ? $"{Sizes.Text(used)} of logs are there, {Sizes.Text(settings.KeptBytes)} are wanted" : null, Problem,
            room.LostBytes);
    }

    private (string Example, double Share)? Most() =>
        _shapes.Most() is { } most ? most with { Example = gate.Clean(LogWrapping.Off(most.Example), ShownOfLine) } : null;

    private bool IsFast => _flow.Newest > _limit;
}
