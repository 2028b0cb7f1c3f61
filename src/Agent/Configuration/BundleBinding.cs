using Agent.Configuration.Declared;
using Agent.Configuration.Yaml;

namespace Agent.Configuration;

/// <summary>Keys, defaults and bounds of the section bundles.</summary>
internal static class BundleBinding
{
    public static BundleSettings Bind(YamlSection bundles, string state, IReadOnlyList<DeclaredSource> sources)
    {
        return new BundleSettings
        {
            Folder = bundles.AbsolutePath("folder", Path.Combine(state, "bundles")),
            MaxCount = bundles.Int("max_count", 20, 1, 10_000),
            MaxBytes = bundles.Bytes("max_size", "5GiB", "1MiB", "1TiB"),
            MaxAge = bundles.Duration("max_age", "30d", "1h", "3650d"),
            FastDeadline = bundles.Duration("fast_limit", "10s", "100ms", "10m"),
            FullDeadline = bundles.Duration("full_limit", "5m", "1s", "1h"),
            FastMaxBytes = bundles.Bytes("fast_max_size", "64MiB", "64KiB", "10GiB"),
            FullMaxBytes = bundles.Bytes("full_max_size", "1GiB", "64KiB", "100GiB"),
            SourceMaxBytes = bundles.Bytes("source_max_size", "200MiB", "64KiB", "10GiB"),
            Own = BoundSettings.Read("one of the sources of evidence", [.. sources.SelectMany(s => s.Settings)], bundles),
        };
    }
}
