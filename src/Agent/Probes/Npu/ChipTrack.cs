using System.Globalization;
using Agent.Adapters.NpuSmi;
using Agent.Domain.Engines;
using Agent.Engines.Chips;
using Agent.Engines.Runs;

namespace Agent.Probes.Npu;

/// <summary>
/// What the chips of one engine do, look after look. One look between two steps may see an idle chip. Whether a chip at 0 %
/// does nothing is learned: some hosts show 0 always (a divided chip), and there it proves nothing.
/// </summary>
internal sealed class ChipTrack(TimeProvider clock)
{
    /// <summary>An engine whose chips do this much is not taken for one that does nothing.</summary>
    private const int Computing = 50;

    private const int Full = 90;
    private const int Idle = 5;

    /// <summary>So many looks at 0 % while tokens came, and none above, are no accident: two minutes of work.</summary>
    private const int MuteLooks = 8;

    /// <summary>A standstill is judged by its newest looks.</summary>
    private const int Kept = 40;

    /// <summary>Looks that lie further apart add no more than this to the time that chips were idle.</summary>
    private static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(1);

    private readonly List<DateTimeOffset> _idleAt = [];
    private readonly List<DateTimeOffset> _unevenAt = [];
    private EngineRun? _run;
    private int _idleLooks;
    private long _lookedAt;
    private TimeSpan _idleFor;
    private bool _wasAbove;
    private int _zeroAtWork;

    /// <param name="run">The engine's run.</param>
    /// <param name="rows">The rows of its chips, in the order in which they are visible to it.</param>
    /// <param name="layout">Which of them wait for each other; null where it is not known, asked only where they differ.</param>
    /// <param name="works">Its counters move.</param>
    /// <param name="holdsMemory">More than on idle chips.</param>
    public ChipSign Take(EngineRun run, IReadOnlyList<ChipRow> rows, Func<RankLayout?> layout, bool works, bool holdsMemory)
    {
        var now = clock.GetUtcNow();
        if (_run != run)
            Begin(run);
        var allIdle = rows.Count > 0 && rows.All(r => r.AiCorePercent == 0);
        _wasAbove |= rows.Any(r => r.AiCorePercent > 0);
        _zeroAtWork += allIdle && works ? 1 : 0;
        var step = clock.GetElapsedTime(_lookedAt);
        _lookedAt = clock.GetTimestamp();
        _idleFor = !allIdle || _idleLooks == 0 ? TimeSpan.Zero : _idleFor + (step < LongestStep ? step : LongestStep);
        _idleLooks = allIdle ? _idleLooks + 1 : 0;
        return new ChipSign(
            now,
            _idleLooks,
            _idleFor,
            string.Join(", ", rows.Select(r =>
                $"{r.Card}/{r.Chip} AI core {r.AiCorePercent?.ToString(CultureInfo.InvariantCulture) ?? "?"} %, {ChipInventory.MemoryOf(r).Used} MB"))
                + (CanTell == false ? "; AI cores tell nothing here: 0 % under work" : ""))
        {
            IdleAt = Streak(_idleAt, allIdle, now),
            UnevenAt = Streak(_unevenAt, IsUneven(rows, layout), now),
            CanTell = CanTell,
            Computes = rows.Any(r => r.AiCorePercent >= Computing),
            HoldsMemory = holdsMemory,
        };
    }

    private bool? CanTell => _wasAbove ? true : _zeroAtWork >= MuteLooks ? false : null;

    private void Begin(EngineRun run)
    {
        (_run, _idleLooks) = (run, 0);
        _idleAt.Clear();
        _unevenAt.Clear();
    }

    private static bool IsUneven(IReadOnlyList<ChipRow> rows, Func<RankLayout?> layout) =>
        rows.Any(r => r.AiCorePercent >= Full) && rows.Any(r => r.AiCorePercent < Idle)
        && layout() is { } known && known.Ranks <= rows.Count
        && known.Groups.Any(g => g.Any(place => rows[place].AiCorePercent >= Full) && g.Any(place => rows[place].AiCorePercent < Idle));

    private static IReadOnlyList<DateTimeOffset> Streak(List<DateTimeOffset> looks, bool goesOn, DateTimeOffset now)
    {
        if (!goesOn)
            looks.Clear();
        else
            looks.Add(now);
        if (looks.Count > Kept)
            looks.RemoveAt(0);
        return [.. looks];
    }
}
