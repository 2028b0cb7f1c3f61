using System.Globalization;
using Agent.Configuration.Yaml;
using Agent.Domain;

namespace Agent.Configuration.Engines;

/// <summary>The times of a stop, held against the drain that vLLM was told to do itself.</summary>
internal static class EngineStopBinding
{
    /// <summary>vLLM ends its engine core and its HTTP server after the drain.</summary>
    private static readonly TimeSpan Teardown = TimeSpan.FromSeconds(10);

    public static StopSettings Stop(YamlSection stop, IReadOnlyDictionary<string, string> arguments)
    {
        var settings = new StopSettings(
            stop.Duration("drain", "30s", "0s", "1h"),
            stop.Duration("term_wait", "20s", "100ms", "2h"),
            stop.Duration("kill_wait", "10s", "100ms", "10m"),
            stop.Duration("chip_memory_wait", "60s", "100ms", "30m"));
        var own = arguments.FirstOrDefault(a => a.Key.Replace('_', '-') == "shutdown-timeout").Value;
        if (int.TryParse(own, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && settings.TermWait < TimeSpan.FromSeconds(seconds) + Teardown)
            stop.Complain("term_wait", $"{Durations.Text(settings.TermWait)} is too short: SIGKILL would cut vLLM's own drain of shutdown-timeout {seconds} "
                + $"s; allowed: {Durations.Text(TimeSpan.FromSeconds(seconds) + Teardown)} or more");
        return settings;
    }
}
