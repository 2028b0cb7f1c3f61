using System.Globalization;
using Agent.Domain;

namespace Agent.Reports.Health;

/// <summary>How a report writes times, figures and names in its language.</summary>
/// <param name="language">The language.</param>
/// <param name="offset">Of the host's time zone.</param>
internal sealed class HealthWords(Language language, TimeSpan offset)
{
    private const int LongestText = 300;
    private const int LongestName = 60;

    public string Zone => string.Create(CultureInfo.InvariantCulture,
        $"UTC{(offset < TimeSpan.Zero ? '-' : '+')}{offset.Duration():hh\\:mm}").Replace("UTC+00:00", "UTC", StringComparison.Ordinal);

    public string Of(string english, string chinese) => language == Language.Chinese ? chinese : english;

    public string Of(LocalText text) => text.In(language);

    public string Time(DateTimeOffset at) => at.ToOffset(offset).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Without the year, for tables.</summary>
    public string Short(DateTimeOffset at) => at.ToOffset(offset).ToString("MM-dd HH:mm", CultureInfo.InvariantCulture);

    public string Seconds(double seconds) => seconds == 0 ? "0s" : Durations.Text(TimeSpan.FromSeconds(seconds));

    public string Number(double value) => value.ToString("#,0.##", CultureInfo.InvariantCulture);

    /// <summary>Never rounded up: 99.9999 is not 100.</summary>
    public string Percent(double? ratio) => ratio is { } share
        ? (Math.Floor(Math.Round(share * 1e5, 6)) / 1000).ToString("0.###", CultureInfo.InvariantCulture) + " %"
        : "-";

    /// <summary>Two digits that count: it is an estimate.</summary>
    public string About(double value)
    {
        if (value < 10)
            return value.ToString("0", CultureInfo.InvariantCulture);
        var unit = Math.Pow(10, Math.Floor(Math.Log10(value)) - 1);
        return (Math.Round(value / unit) * unit).ToString("#,0", CultureInfo.InvariantCulture);
    }

    public bool IsEngine(string subject) => subject.StartsWith("engine:", StringComparison.Ordinal);

    public string Subject(string subject) => subject.Split(':', 2) switch
    {
        ["engine", var name] => Of($"engine {name}", $"引擎 {name}"),
        ["chip", var chip] => Of($"chip {chip}", $"芯片 {chip}"),
        ["driver"] => Of("driver", "驱动"),
        ["host"] => Of("host", "主机"),
        _ => subject,
    };

    public string Device(IncidentDocument incident) =>
        incident.Identity is { } device ? $"{Subject(incident.Subject)}, {Cut(device, LongestName)}" : Subject(incident.Subject);

    public LocalText Mender(string? mender) => mender switch
    {
        "agent" => new("recovered by the agent", "由代理恢复"),
        "person" => new("mended by a person", "由人工修复"),
        _ => new("went away by itself", "自行消失"),
    };

    /// <summary>Words of others on one line, cut: the whole stands with the incident.</summary>
    public string Sentence(string english, string chinese, string text)
    {
        var line = string.Join(' ', text.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return Of(english, chinese) + Cut(line, LongestText);
    }

    private static string Cut(string text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)] + " ...";
}
