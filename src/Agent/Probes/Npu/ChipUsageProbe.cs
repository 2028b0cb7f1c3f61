using Agent.Adapters.NpuSmi;
using Agent.Configuration.Declared;
using Agent.Domain;
using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines;
using Agent.Engines.Chips;
using Agent.Engines.Runs;

namespace Agent.Probes.Npu;

/// <summary>
/// Figures of every chip: utilisation, memory, power, temperature. Of an engine it notes when its processes hold other chips than it
/// was meant for, and tells how unevenly its chips work. What they do is a sign of it, and so is memory that stays held on the chips of
/// an engine that is gone, by others or by nobody on the list. What it cannot see: whether the holder is a process of another container.
/// </summary>
internal sealed class ChipUsageProbe(NpuSmi npuSmi, ChipInventory chips, IReadOnlyList<SupervisedEngine> engines, TimeProvider clock) : IProbe
{
    public static readonly DeclaredProbe Declared = new(
        "chip-usage", "15s", "15s",
        "Load, memory and power of each chip, and chip memory that nobody gives back.");

    private const double Mebibyte = 1024 * 1024;

    /// <summary>Counters that moved longer ago do not tell what a chip does now.</summary>
    private static readonly TimeSpan Newest = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, long> _heldSince = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CoreAsymmetry> _asymmetries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ChipTrack> _tracks = new(StringComparer.Ordinal);

    public string Name => Declared.Name;

    public Subject Subject => Subject.Host;

    public bool AsksDriver => true;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        var answer = await npuSmi.TableAsync(cancellation);
        var now = clock.GetUtcNow();
        if (answer.Value is not { } table)
            return [NpuSmiObservations.CouldNotLook(Name, answer.Problem!, answer.RawText, now)];

        chips.Learn(table);
        List<Observation> ofEngines = [];
        foreach (var engine in engines)
            ofEngines.Add(await OfEngineAsync(engine, table, now, cancellation));
        return
        [
            new Observation { Probe = Name, Subject = Subject.Host, Verdict = Verdict.Healthy,
                Summary = $"{Counted.Text(table.Chips.Count, "chip")}, {Counted.Text(table.Processes.Count, "process", "processes")} on them", At = now },
            .. table.Chips.Select(row => Figures(row, table, now)),
            .. ofEngines,
        ];
    }

    private async Task<Observation> OfEngineAsync(SupervisedEngine engine, ChipTable table, DateTimeOffset now, CancellationToken cancellation)
    {
        var held = await HeldAsync(engine, table, now, cancellation);
        var seen = Told(engine, held, table, now);
        if (!_asymmetries.TryGetValue(engine.Name, out var asymmetry))
            _asymmetries[engine.Name] = asymmetry = new CoreAsymmetry();
        // In the order in which they are visible to the engine: ranks take them so.
        List<ChipRow> own = engine.Handle.Life() == EngineLife.Running
            ? [.. engine.Settings.Chips.Select(c => table.Chips.FirstOrDefault(r => r.AiCorePercent is not null && ChipInventory.SubjectOf(r) == c))
                .OfType<ChipRow>()]
            : [];
        asymmetry.Look(own.ConvertAll(r => r.AiCorePercent!.Value));
        var run = engine.Handle.Run;
        return seen with
        {
            Summary = asymmetry.Stands ? $"{seen.Summary}; uneven load, look after look: "
                + $"{string.Join(", ", own.Select(r => $"{r.Card}/{r.Chip} {r.AiCorePercent} %"))}" : seen.Summary,
            Measures = asymmetry.Ratio is { } ratio ? new Dictionary<string, double>(StringComparer.Ordinal) { ["aicore_asymmetry_ratio"] = ratio }
                : seen.Measures,
            Sign = new ChipsSeen(run?.Id, run is null ? null : Work(engine, run, own), held),
        };
    }

    /// <summary>Only of all chips: one that is not on the table, or tells no load, may be the one that works.</summary>
    private ChipSign? Work(SupervisedEngine engine, EngineRun run, List<ChipRow> own)
    {
        if (own.Count != engine.Settings.Chips.Count)
            return null;
        if (!_tracks.TryGetValue(engine.Name, out var track))
            _tracks[engine.Name] = track = new ChipTrack(clock);
        var works = engine.Signs.Of(run).Counters is { HasWork: true, StillFor.Ticks: 0, MovedAt: not null } counters
            && clock.GetUtcNow() - counters.At < Newest;
        return track.Take(run, own, () => EngineLayout.Of(engine, run), works, holdsMemory: own.Exists(r => !chips.IsIdle(r)));
    }

    private Observation Told(SupervisedEngine engine, HeldSign? held, ChipTable table, DateTimeOffset now)
    {
        var seen = new Observation
        {
            Probe = Name,
            Subject = engine.Settings.Subject,
            Verdict = held is { IsBeingReleased: false } ? Verdict.CouldNotLook : Verdict.Healthy,
            Summary = held is null ? "its chips are its own or idle" : held.Text + (held.IsBeingReleased ? ", being released" : ""),
            At = now,
        };
        return engine.Handle.Life() == EngineLife.Running && ChipHoldings.Difference(engine, engine.IsServing, table) is { } difference
            ? seen with { Verdict = Verdict.Faulty, Fault = FaultCodes.EngineOnOtherChips, Summary = difference }
            : seen;
    }

    private async Task<HeldSign?> HeldAsync(SupervisedEngine engine, ChipTable table, DateTimeOffset now, CancellationToken cancellation)
    {
        // Who has the chips is known, and named by who refused the start. Leftovers that cannot be read in time may have them.
        var held = engine.Handle.Life() == EngineLife.Running || !engine.Handle.Wanted
            || engine.Handle.Refusal?.Fault == FaultCodes.EngineStartedByHand || await engine.Handle.LeftoversAsync(cancellation) is not []
            ? []
            : table.Chips.Where(r => engine.Settings.Chips.Contains(ChipInventory.SubjectOf(r)) && !chips.IsIdle(r)).ToList();
        if (held.Count == 0)
        {
            _heldSince.Remove(engine.Name);
            return null;
        }

        _heldSince.TryAdd(engine.Name, clock.GetTimestamp());
        var since = clock.GetElapsedTime(_heldSince[engine.Name]);
        var memory = string.Join(", ", held.Select(r => $"{r.Card}/{r.Chip} {ChipInventory.MemoryOf(r).Used} MB"));
        // No leftover of the engine lives: who is on the list is another, and a reset of the chip would hit him.
        var holders = table.Processes.Where(p => held.Exists(r => p.Card == r.Card && (p.Chip ?? r.Chip) == r.Chip)).ToList();
        var (holder, by) = HolderOf(engine, holders);
        return new HeldSign(now, holder, since, engine.Settings.Stop.ChipMemoryWait, ChipInventory.SubjectOf(held[0]),
            $"the engine is gone and its chips still hold {memory} after {Durations.Text(since)}{by}");
    }

    private static (ChipHolder Holder, string By) HolderOf(SupervisedEngine engine, List<ChipProcess> holders)
    {
        if (holders.Count == 0)
            return (ChipHolder.Nobody, "");
        List<string> names = [.. holders.Select(p => $"{p.Name} ({p.ProcessId})").Distinct(StringComparer.Ordinal)];
        return holders.Select(p => engine.Handle.ByHand(p.ProcessId)).FirstOrDefault(p => p is not null) is { } byHand
            ? (ChipHolder.ByHand, $"; process {byHand.Id.Pid} holds it, which runs the same model on the same port")
            : (ChipHolder.Others, $"; {string.Join(", ", names)} {(names.Count == 1 ? "holds" : "hold")} it");
    }

    private Observation Figures(ChipRow row, ChipTable table, DateTimeOffset now)
    {
        var (used, total) = ChipInventory.MemoryOf(row);
        var holders = table.Processes.Where(p => p.Card == row.Card && (p.Chip ?? row.Chip) == row.Chip).Select(p => $"{p.Name} ({p.ProcessId})").ToList();
        Dictionary<string, double> measures = new(StringComparer.Ordinal)
        {
            ["memory_used_bytes"] = used * Mebibyte,
            ["memory_total_bytes"] = total * Mebibyte,
        };
        Add("aicore_utilization_ratio", row.AiCorePercent / 100.0);
        Add("power_watts", row.PowerWatts);
        Add("temperature_celsius", row.TemperatureCelsius);
        return new Observation
        {
            Probe = Name,
            Subject = ChipInventory.SubjectOf(row),
            Identity = row.BusId,
            Verdict = Verdict.Healthy,
            Summary = $"AI core {row.AiCorePercent?.ToString() ?? "?"} %, memory {used} of {total} MB, {row.TemperatureCelsius?.ToString() ?? "?"} "
                + $"C{(holders.Count > 0 ? ", " + string.Join(", ", holders) : "")}",
            At = now,
            Measures = measures,
        };

        void Add(string name, double? value)
        {
            if (value is { } figure)
                measures[name] = figure;
        }
    }
}
