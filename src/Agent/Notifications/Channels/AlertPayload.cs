using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace Agent.Notifications.Channels;

/// <summary>
/// The body with which an Alertmanager calls webhooks, version 4. What people run behind their Alertmanager takes it from here unchanged.
/// </summary>
internal sealed record AlertPayload(
    string Version,
    string GroupKey,
    int TruncatedAlerts,
    string Status,
    string Receiver,
    SortedDictionary<string, string> GroupLabels,
    SortedDictionary<string, string> CommonLabels,
    SortedDictionary<string, string> CommonAnnotations,
    [property: JsonPropertyName("externalURL")] string ExternalUrl,
    IReadOnlyList<ToldAlert> Alerts)
{
    private static readonly string[] Grouping = ["instance", "source"];

    /// <param name="alerts">Those of one notice.</param>
    /// <param name="thread">Receivers take all bodies with the same key for one matter.</param>
    /// <param name="receiver">The name of the receiver.</param>
    /// <param name="externalUrl">The agent's own pages; empty: none.</param>
    public static AlertPayload Of(IReadOnlyList<Alert> alerts, string thread, string receiver, string externalUrl)
    {
        var labels = Common(alerts.Select(a => a.Labels));
        SortedDictionary<string, string> group = new(Grouping.ToDictionary(name => name, name => labels[name]), StringComparer.Ordinal);
        var key = $"{{}}:{{{string.Join(", ", group.Select(l => $"{l.Key}=\"{l.Value}\""))}}}/{thread}";
        return new("4", key, 0, StatusOf(alerts.Any(a => a.IsFiring)), receiver, group, labels, Common(alerts.Select(a => a.Annotations)), externalUrl,
            [.. alerts.Select(Told)]);
    }

    private static ToldAlert Told(Alert alert) => new(
        StatusOf(alert.IsFiring),
        alert.Labels,
        alert.Annotations,
        alert.StartsAt.UtcDateTime,
        // The time of no end, as an Alertmanager writes it.
        alert.IsFiring ? DateTime.SpecifyKind(default, DateTimeKind.Utc) : alert.EndsAt.UtcDateTime,
        alert.GeneratorUrl ?? "",
        Fingerprint(alert.Labels));

    private static string StatusOf(bool isFiring) => isFiring ? "firing" : "resolved";

    private static SortedDictionary<string, string> Common(IEnumerable<SortedDictionary<string, string>> sets) =>
        new(sets.Select(s => s.AsEnumerable()).Aggregate((one, other) => one.Intersect(other)).ToDictionary(), StringComparer.Ordinal);

    /// <summary>FNV-1a of the names and values in order, each ended by a byte that is in no text: as Prometheus has it.</summary>
    internal static string Fingerprint(SortedDictionary<string, string> labels)
    {
        var hash = 14695981039346656037UL;
        foreach (var text in labels.SelectMany(l => new[] { l.Key, l.Value }))
        {
            foreach (var part in Encoding.UTF8.GetBytes(text).Append((byte)255))
                hash = unchecked((hash ^ part) * 1099511628211UL);
        }

        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }
}

/// <summary>An alert as an Alertmanager passes it on.</summary>
internal sealed record ToldAlert(
    string Status,
    SortedDictionary<string, string> Labels,
    SortedDictionary<string, string> Annotations,
    DateTime StartsAt,
    DateTime EndsAt,
    [property: JsonPropertyName("generatorURL")] string GeneratorUrl,
    string Fingerprint);
