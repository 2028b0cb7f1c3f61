using Agent.Adapters.NpuSmi;
using Agent.Domain.Observations;
using Agent.Engines;

namespace Agent.Probes.Npu;

/// <summary>Figures of every chip: utilisation, memory, power, temperature. It judges none of them.</summary>
internal sealed class ChipUsageProbe(NpuSmi npuSmi, ChipInventory chips, TimeProvider clock) : IProbe
{
    private const double Mebibyte = 1024 * 1024;

    public string Name => "chip-usage";

    public Subject Subject => Subject.Host;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        var answer = await npuSmi.TableAsync(cancellation);
        var now = clock.GetUtcNow();
        if (answer.Value is not { } table)
            return [NpuSmiObservations.CouldNotLook(Name, answer.Problem!, answer.RawText, now)];

        chips.Learn(table);
        return
        [
            new Observation { Probe = Name, Subject = Subject.Host, Verdict = Verdict.Healthy, Summary = $"{table.Chips.Count} chips, {table.Processes.Count} processes on them", At = now },
            .. table.Chips.Select(row => Figures(row, table, now)),
        ];
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
            Verdict = Verdict.Healthy,
            Summary = $"AI core {row.AiCorePercent?.ToString() ?? "?"} %, memory {used} of {total} MB, {row.TemperatureCelsius?.ToString() ?? "?"} C{(holders.Count > 0 ? ", " + string.Join(", ", holders) : "")}",
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
