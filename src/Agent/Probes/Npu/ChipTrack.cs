using Agent.Adapters.NpuSmi;
using Agent.Domain.Engines;
using Agent.Engines;

namespace Agent.Probes.Npu;

/// <summary>What the chips of one engine do, look after look. One look between two steps may see an idle chip.</summary>
internal sealed class ChipTrack(TimeProvider clock)
{
    private const int Busy = 90;

    private EngineRun? _run;
    private int _idleLooks;
    private long _idleSince;

    /// <param name="run">The engine's run.</param>
    /// <param name="rows">The rows of its chips.</param>
    /// <param name="isUneven">Some at full load and others idle, look after look.</param>
    /// <param name="holdsMemory">More than on idle chips.</param>
    public ChipSign Take(EngineRun run, IReadOnlyList<ChipRow> rows, bool isUneven, bool holdsMemory)
    {
        var allIdle = rows.Count > 0 && rows.All(r => r.AiCorePercent == 0);
        if (_run != run || !allIdle)
            (_run, _idleLooks) = (run, 0);
        if (allIdle && _idleLooks++ == 0)
            _idleSince = clock.GetTimestamp();
        return new ChipSign(
            clock.GetUtcNow(),
            _idleLooks,
            _idleLooks > 0 ? clock.GetElapsedTime(_idleSince) : TimeSpan.Zero,
            string.Join(", ", rows.Select(r => $"{r.Card}/{r.Chip} AI core {r.AiCorePercent?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"} %, {ChipInventory.MemoryOf(r).Used} MB")))
        {
            AllBusy = rows.Count > 0 && rows.All(r => r.AiCorePercent >= Busy),
            Uneven = isUneven,
            HoldsMemory = holdsMemory,
        };
    }
}
