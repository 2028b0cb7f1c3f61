using System.Globalization;

namespace Agent.Domain;

/// <summary>Durations as people read and write them: <c>850ms</c>, <c>4.2s</c>, <c>2m</c>, <c>1h30m</c>, <c>3d</c>.</summary>
public static class Durations
{
    public static string Text(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
            return "-" + Text(-duration);
        if (duration < TimeSpan.FromSeconds(1))
            return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0}ms");
        if (duration < TimeSpan.FromMinutes(1))
            return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.#}s");

        var parts = new[] { ((int)duration.TotalDays, "d"), (duration.Hours, "h"), (duration.Minutes, "m"), (duration.Seconds, "s") };
        return string.Concat(parts.Where(p => p.Item1 > 0).Take(2).Select(p => p.Item1.ToString(CultureInfo.InvariantCulture) + p.Item2));
    }
}
