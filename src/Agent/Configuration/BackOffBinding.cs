using Agent.Configuration.Yaml;
using Agent.Domain.Recovery;

namespace Agent.Configuration;

/// <summary>Keys, defaults and bounds of the section back_off.</summary>
internal static class BackOffBinding
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private static readonly string[] Usual = ["0s", "10s", "30s", "1m", "2m", "5m"];

    public static RestartBackOff Bind(YamlSection backOff)
    {
        List<TimeSpan> waits = [];
        foreach (var text in backOff.List("waits") ?? Usual)
        {
            if (Quantity.Duration(text) is { } wait && wait >= TimeSpan.Zero && wait <= LongestWait)
                waits.Add(wait);
            else
                backOff.Complain("waits", $"'{text}', expected a duration from 0s to 1h");
        }

        if (waits.Count == 0)
            backOff.Complain("waits", "is empty, expected at least one duration such as 0s");
        return new RestartBackOff(waits, backOff.Duration("stable_after", "10m", "1s", "24h"));
    }
}
