using Agent.Adapters.NpuSmi;
using Agent.Configuration.Declared;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines.Chips;
using Agent.VendorFaults;

namespace Agent.Probes.Npu;

/// <summary>
/// Chips drop off the bus, and chips go into Alarm with the engine hung on them. Seen in the table of npu-smi: a chip that
/// is gone is simply not listed (exit code 0), so the list is compared with the chips that this host had. What it cannot
/// see: a chip that looks well and computes wrong.
/// </summary>
internal sealed class ChipHealthProbe(NpuSmi npuSmi, ChipInventory chips, VendorFaultTable vendorFaults, FaultOccurrences occurrences, TimeProvider clock)
    : IProbe
{
    public static readonly DeclaredProbe Declared = new("chip-health", "10s", "15s", "Chips that are gone or in alarm, by the table of npu-smi.");

    public string Name => Declared.Name;

    public Subject Subject => Subject.Host;

    public bool NamesCauses => true;

    public bool AsksDriver => true;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        var answer = await npuSmi.TableAsync(cancellation);
        var now = clock.GetUtcNow();
        List<Observation> seen = [];
        if (answer.Value is { } whole)
        {
            chips.Learn(whole);
            seen.Add(Presence(whole, now));
        }
        else
        {
            seen.Add(NpuSmiObservations.CouldNotLook(Name, answer.Problem!, answer.RawText, now));
        }

        // What a torn table does name is true, and an alarm in it is an alarm.
        if ((answer.Value ?? answer.Partial) is not { } table)
            return seen;
        foreach (var row in table.Chips)
            seen.Add(await OneAsync(row, now, cancellation));
        seen.AddRange(table.NotReady.Select(chips.FindByBus).OfType<KnownChip>().Select(chip => NotReady(chip, now)));
        return seen;
    }

    private Observation Presence(ChipTable table, DateTimeOffset now)
    {
        var listed = table.Chips.Select(ChipInventory.SubjectOf).Concat(table.NotReady.Select(chips.FindByBus).OfType<KnownChip>().Select(c => c.Subject));
        var missing = chips.Expected.Except(listed).Select(c => c.Id).ToList();
        var seen = new Observation
        {
            Probe = Name,
            Subject = Subject.Host,
            Verdict = Verdict.Healthy,
            Summary = $"{Counted.Text(table.Chips.Count, "chip")}, driver {table.DriverVersion}{Unknown(table)}",
            At = now,
            Measures = new Dictionary<string, double>(StringComparer.Ordinal) { ["chips"] = table.Chips.Count, ["expected_chips"] = chips.Expected.Count },
        };
        return missing.Count == 0
            ? seen
            : seen with
            {
                Verdict = Verdict.Faulty,
                Fault = FaultCodes.ChipsLost,
                Summary = $"npu-smi lists {table.Chips.Count} of {Counted.Text(chips.Expected.Count, "chip")}; missing: {string.Join(", ", missing)}",
                NextStep = "compare with `lspci -d 19e5:`",
            };
    }

    private string Serial(Subject chip) => chips.Find(chip)?.Serial is { } serial ? $", serial number {serial}" : "";

    /// <summary>Columns of a driver that is newer than this agent.</summary>
    private static string Unknown(ChipTable table)
    {
        var columns = table.Chips.SelectMany(c => c.Other.Keys).Distinct(StringComparer.Ordinal).ToList();
        return columns.Count == 0 ? "" : $"; columns not known to this agent: {string.Join(", ", columns)}";
    }

    private Observation NotReady(KnownChip chip, DateTimeOffset now) => new()
    {
        Probe = Name,
        Subject = chip.Subject,
        Identity = chip.BusId,
        Verdict = Verdict.CouldNotLook,
        Summary = $"{chip.Model} {chip.BusId}: npu-smi leaves its first row out, the device is not ready",
        At = now,
    };

    private async Task<Observation> OneAsync(ChipRow row, DateTimeOffset now, CancellationToken cancellation)
    {
        var chip = ChipInventory.SubjectOf(row);
        var seen = new Observation
        {
            Probe = Name,
            Subject = chip,
            Identity = row.BusId,
            Verdict = Verdict.Healthy,
            Summary = $"{row.Model} {row.BusId}{Serial(chip)}: {row.ConditionText}",
            At = now,
        };
        var device = row.BusId ?? chip.Id;
        if (row.Condition == ChipCondition.Ok)
        {
            occurrences.Seen(device, [], now);
            return seen;
        }

        if (row.Condition == ChipCondition.Unknown)
            return seen with { Verdict = Verdict.CouldNotLook, Summary = $"health of chip {chip.Id} is {row.ConditionText}: the device is not ready" };

        var (card, number) = chip.CardAndChip();
        var health = (await npuSmi.HealthAsync(card, number, cancellation)).Value;
        var codes = health?.ErrorCodes ?? [];
        var times = occurrences.Seen(device, codes, now);
        var levels = codes.Distinct(StringComparer.Ordinal).Select(VendorFaultTable.Find)
            .Select(f => (Fault: f, Level: vendorFaults.LevelAfter(f, times[f.Code], now))).ToList();
        return seen with
        {
            Verdict = Verdict.Faulty,
            Fault = levels.Count > 0 ? levels.Select(l => VendorLevels.FaultOf(l.Level)).MinBy(FaultCatalog.Default.OrderOf)
                : row.Condition == ChipCondition.Warning ? FaultCodes.ChipWarning : FaultCodes.ChipAlarm,
            Summary = $"chip {chip.Id} ({row.Model} {row.BusId}{Serial(chip)}) reports "
                + $"{row.ConditionText}{(codes.Count > 0 ? $", error codes {string.Join(' ', codes)}" : "")}",
            Evidence = [.. levels.Select(l => $"{l.Fault.Code} {Words.Of(l.Level)}: {VendorFaultTable.NameOf(l.Fault.Code).English}"),
                .. health?.Information ?? []],
            Known = codes.Count > 0 ? new Dictionary<string, string>(StringComparer.Ordinal) { [Placeholders.Code] = codes[0] } : null,
            NextStep = codes.Count > 0 ? $"npu-agent faults {codes[0]}" : $"npu-smi info -t health -i {card} -c {number}",
        };
    }
}
