using Agent.Adapters.NpuSmi;
using Agent.Configuration.Declared;
using Agent.Configuration.Host;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines.Chips;

namespace Agent.Probes.Npu;

/// <summary>
/// Memory of a chip wears: corrected errors come first, then uncorrectable ones, then pages are taken out of use until too
/// many are gone. Seen in the ECC counters of npu-smi, remembered here from look to look. What it cannot see: errors from
/// before its first look (they are told, and are no fault), and which engine used the page.
/// </summary>
internal sealed class ChipMemoryProbe(NpuSmi npuSmi, ChipLimits limits, TimeProvider clock) : IProbe
{
    public static readonly DeclaredProbe Declared = new(
        "chip-memory", "5m", "45s",
        "One call of npu-smi for each card, one after the other. Errors that cannot be corrected raise the chip's alarm in chip-health as well.");

    // By device, not by number alone: another chip's counters are no growth of this one's.
    private readonly Dictionary<(Subject Chip, string? BusId), (CounterWindow SingleBit, CounterWindow DoubleBit)> _counters = [];

    public string Name => Declared.Name;

    public Subject Subject => Subject.Host;

    public bool AsksDriver => true;

    public Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation) =>
        CardByCard.LookAsync(this, npuSmi, card => AskAsync(card, cancellation), Judge, clock, cancellation);

    private async Task<NpuSmiAnswer<IReadOnlyDictionary<int, MemoryErrors>>> AskAsync(int card, CancellationToken cancellation)
    {
        var answer = await npuSmi.MemoryErrorsAsync(card, cancellation);
        return new(answer.Value?.DistinctBy(c => c.Chip).ToDictionary(c => c.Chip), answer.Problem, answer.RawText);
    }

    private Observation Judge(ChipRow row, MemoryErrors errors, DateTimeOffset now)
    {
        var chip = ChipInventory.SubjectOf(row);
        if (!_counters.TryGetValue((chip, row.BusId), out var counters))
            _counters[(chip, row.BusId)] = counters = (new CounterWindow(limits.ErrorWindow, clock), new CounterWindow(limits.ErrorWindow, clock));
        var (corrected, uncorrectable) = (counters.SingleBit.Add(errors.SingleBit), counters.DoubleBit.Add(errors.DoubleBit));

        var (fault, text) = FaultIn(errors, corrected, uncorrectable);
        var figures = $"{errors.SingleBit} single-bit and {Counted.Text(errors.DoubleBit, "double-bit error")} since the chip's last reset, "
            + $"{Counted.Text(errors.DoubleBitPages, "page")} "
            + $"isolated{(errors.PendingPages > 0 ? $", {errors.PendingPages} more at the next reset" : "")}";
        return this.Healthy(text is null ? figures : $"{text}; {figures}", now) with
        {
            Subject = chip,
            Identity = row.BusId,
            Verdict = fault is null ? Verdict.Healthy : Verdict.Faulty,
            Fault = fault,
            NextStep = fault is null ? null : $"npu-smi info -t ecc -i {row.Card} -c {row.Chip}",
            Measures = Figures(errors),
        };
    }

    /// <summary>The gravest first: an observation names one fault, and its text has all the figures.</summary>
    private (string? Fault, string? Text) FaultIn(MemoryErrors errors, long corrected, long uncorrectable)
    {
        var window = Durations.Text(limits.ErrorWindow);
        if (uncorrectable > 0)
            return (FaultCodes.MemoryUncorrectable, $"{Counted.Text(uncorrectable, "new double-bit error")} within {window}");
        if (errors.DoubleBitPages >= limits.IsolatedPagesReplace)
            return (FaultCodes.MemoryWornOut, $"{Counted.Text(errors.DoubleBitPages, "page is", "pages are")} isolated, "
                + $"from {limits.IsolatedPagesReplace} on the chip is to be replaced");
        if (corrected >= limits.SingleBitErrors)
            return (FaultCodes.MemoryErrorsRising, $"{Counted.Text(corrected, "new single-bit error")} within {window}, "
                + $"{limits.SingleBitErrors} {(limits.SingleBitErrors == 1 ? "is" : "are")} too many");
        if (errors.DoubleBitPages >= limits.IsolatedPagesTold)
            return (FaultCodes.MemoryPagesIsolated, $"{Counted.Text(errors.DoubleBitPages, "page is", "pages are")} isolated, "
                + $"{limits.IsolatedPagesReplace} is the end");
        return errors.PendingPages is > 0 and var pending
            ? (FaultCodes.MemoryResetWanted, $"{Counted.Text(pending, "page waits", "pages wait")} for a reset of the chip")
            : (null, null);
    }

    private static Dictionary<string, double> Figures(MemoryErrors errors)
    {
        Dictionary<string, double> figures = new(StringComparer.Ordinal)
        {
            ["memory_single_bit_errors"] = errors.SingleBit,
            ["memory_double_bit_errors"] = errors.DoubleBit,
            ["memory_single_bit_errors_of_life"] = errors.SingleBitOfLife,
            ["memory_double_bit_errors_of_life"] = errors.DoubleBitOfLife,
            ["memory_isolated_pages"] = errors.DoubleBitPages,
        };
        if (errors.PendingPages is { } pending)
            figures["memory_pending_pages"] = pending;
        return figures;
    }
}
