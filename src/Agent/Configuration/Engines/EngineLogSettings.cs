using Agent.Configuration.Yaml;

namespace Agent.Configuration.Engines;

/// <summary>What of an engine's output stays on disk, and when so much is printed that it is told.</summary>
/// <param name="PartBytes">Size of the parts that a log is cut into.</param>
/// <param name="Parts">So many parts' worth, of all runs together.</param>
/// <param name="FloodAfter">So long it must be printed too fast: a burst is none.</param>
internal sealed record EngineLogSettings(long PartBytes, int Parts, TimeSpan FloodAfter)
{
    public long KeptBytes => PartBytes * Parts;

    // Four: the file of the run holds up to two parts, and one more comes while one is moved.
    public static EngineLogSettings Bind(YamlSection log) => new(
        log.Bytes("part_size", "64MiB", "64KiB", "4GiB"),
        log.Int("parts", 32, 4, 1000),
        log.Duration("flood_after", "6m", "3s", "1d"));
}
