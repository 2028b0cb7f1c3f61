using Agent.Adapters.NpuSmi;
using Agent.Configuration.Declared;
using Agent.Configuration.Host;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines.Chips;

namespace Agent.Probes.Npu;

/// <summary>
/// A chip that is too hot lowers its clock, and one slow chip slows its whole engine; a power limit does the same. Seen in
/// temperature, power and clock of npu-smi. An idle chip lowers its clock as well, so that only a busy one counts as
/// throttled. What it cannot see: why a clock is low when neither heat nor the configured power explains it, and peaks
/// between two looks.
/// </summary>
internal sealed class ChipHeatProbe(NpuSmi npuSmi, ChipLimits limits, TimeProvider clock) : IProbe
{
    public static readonly DeclaredProbe Declared = new(
        "chip-heat", "2m", "45s",
        "Two calls of npu-smi for each card, one after the other. Heat is in the metrics of chip-usage as well.");

    // Load is an average and the clock a moment: a chip that is busy half of the time may be caught in its other half.
    private const double BusyPercent = 60;

    /// <summary>So near to its limit heat explains a lowered clock.</summary>
    private const double HotMargin = 10;

    public string Name => Declared.Name;

    public Subject Subject => Subject.Host;

    public bool AsksDriver => true;

    public Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation) =>
        CardByCard.LookAsync(this, npuSmi, card => AskAsync(card, cancellation), Judge, clock, cancellation);

    private async Task<NpuSmiAnswer<IReadOnlyDictionary<int, Reading>>> AskAsync(int card, CancellationToken cancellation)
    {
        var load = await npuSmi.LoadAsync(card, cancellation);
        if (load.Value is not { } chips)
            return new(null, load.Problem, load.RawText);
        var hbm = (await npuSmi.HbmCelsiusAsync(card, cancellation)).Value;
        return new(chips.DistinctBy(c => c.Chip)
            .ToDictionary(c => c.Chip, c => new Reading(c, hbm is not null && hbm.TryGetValue(c.Chip, out var celsius) ? celsius : null)), null, load.RawText);
    }

    private Observation Judge(ChipRow row, Reading reading, DateTimeOffset now)
    {
        var (load, hbm) = reading;
        var seen = this.Healthy(Text(load, hbm), now) with { Subject = ChipInventory.SubjectOf(row), Identity = row.BusId, Measures = Figures(load, hbm) };
        List<string> hot = [];
        if (load.TemperatureCelsius >= limits.TemperatureCelsius)
            hot.Add($"the chip has {load.TemperatureCelsius} C of {limits.TemperatureCelsius} C");
        if (hbm >= limits.HbmTemperatureCelsius)
            hot.Add($"its HBM has {hbm} C of {limits.HbmTemperatureCelsius} C");
        if (hot.Count > 0)
            return seen with
            {
                Verdict = Verdict.Faulty,
                Fault = FaultCodes.ChipTooHot,
                Summary = $"{string.Join(", ", hot)}; {seen.Summary}",
                NextStep = "drain its traffic; look at fans and inlet temperature"
            };
        if (load.AiCorePercent >= BusyPercent && load.CurrentMegahertz < load.RatedMegahertz)
            return seen with
            {
                Verdict = Verdict.Faulty,
                Fault = FaultCodes.ChipThrottled,
                Summary = $"{seen.Summary}: {Cause(load)}",
                NextStep = "drain its traffic if latency matters"
            };
        return seen;
    }

    private string Cause(ChipLoad load)
    {
        if (load.PowerWatts >= limits.PowerWatts)
            return $"it is at its power limit of {limits.PowerWatts} W";
        return load.TemperatureCelsius >= limits.TemperatureCelsius - HotMargin ? "it is near its limit of heat"
            : "neither heat nor a known power limit explains it";
    }

    private static string Text(ChipLoad load, double? hbm) =>
        $"{load.TemperatureCelsius} C{(hbm is null ? "" : $", HBM {hbm} C")}{(load.PowerWatts is null ? "" : $", {load.PowerWatts} W")}, AI core "
            + $"{load.AiCorePercent} % at {Or(load.CurrentMegahertz)} of {Or(load.RatedMegahertz)} MHz";

    private static string Or(double? figure) => figure?.ToString() ?? "?";

    private static Dictionary<string, double> Figures(ChipLoad load, double? hbm)
    {
        Dictionary<string, double> figures = new(StringComparer.Ordinal);
        foreach (var (name, value) in ((string, double?)[])
            [("hbm_temperature_celsius", hbm), ("aicore_frequency_hertz", load.CurrentMegahertz * 1e6),
                ("aicore_rated_frequency_hertz", load.RatedMegahertz * 1e6)])
        {
            if (value is { } figure)
                figures[name] = figure;
        }

        return figures;
    }

    private sealed record Reading(ChipLoad Load, double? HbmCelsius);
}
