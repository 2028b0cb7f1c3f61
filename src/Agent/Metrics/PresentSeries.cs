using Prometheus;

namespace Agent.Metrics;

/// <summary>A gauge shows what is true at a scrape, and withdraws what was true at an earlier one.</summary>
internal static class PresentSeries
{
    /// <param name="gauge">Created without an initial value.</param>
    /// <param name="present">Labels and value of each series; if labels repeat, the last value counts.</param>
    public static void Show(this Gauge gauge, IEnumerable<(string[] Labels, double Value)> present)
    {
        HashSet<string> shown = new(StringComparer.Ordinal);
        foreach (var (labels, value) in present)
        {
            gauge.WithLabels(labels).Set(value);
            shown.Add(Key(labels));
        }

        if (gauge.LabelNames.Length == 0 && shown.Count == 0)
            gauge.Unpublish();
        foreach (var labels in gauge.GetAllLabelValues().Where(l => l.Length > 0 && !shown.Contains(Key(l))).ToList())
            gauge.RemoveLabelled(labels);
    }

    private static string Key(string[] labels) => string.Join('\0', labels);
}
