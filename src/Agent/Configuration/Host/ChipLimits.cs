using Agent.Configuration.Yaml;

namespace Agent.Configuration.Host;

/// <summary>When a chip counts as too hot, and its memory as failing.</summary>
internal sealed record ChipLimits
{
    public required double TemperatureCelsius { get; init; }

    public required double HbmTemperatureCelsius { get; init; }

    /// <summary>Power at which the board caps a chip; null: not known.</summary>
    public required double? PowerWatts { get; init; }

    /// <summary>So many new single-bit errors within the window are too many.</summary>
    public required int SingleBitErrors { get; init; }

    public required TimeSpan ErrorWindow { get; init; }

    /// <summary>Pages isolated for uncorrectable errors from which it is told.</summary>
    public required int IsolatedPagesTold { get; init; }

    /// <summary>And from which the chip is to be replaced.</summary>
    public required int IsolatedPagesReplace { get; init; }

    public static ChipLimits Bind(YamlSection limits) => new()
    {
        TemperatureCelsius = limits.Number("temperature_celsius", 90, 40, 120),
        HbmTemperatureCelsius = limits.Number("hbm_temperature_celsius", 95, 40, 120),
        PowerWatts = limits.OptionalNumber("power_watts", 1, 2000),
        SingleBitErrors = limits.Int("single_bit_errors", 100, 1, 1_000_000),
        ErrorWindow = limits.Duration("error_window", "1h", "1m", "7d"),
        IsolatedPagesTold = limits.Int("isolated_pages_told", 16, 1, 100_000),
        IsolatedPagesReplace = limits.Int("isolated_pages_replace", 64, 1, 100_000),
    };
}
