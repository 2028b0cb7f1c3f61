using System.Globalization;
using System.Text;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Storage;

namespace Agent.Reports;

/// <summary>The health of a host over some time: what happened, how fast it was seen and mended, what wants a person.</summary>
internal static class HealthReport
{
    public static string Write(IReadOnlyList<IncidentHistory> incidents, string host, DateTimeOffset from, DateTimeOffset to, ReportFormat format, Language language)
    {
        var chinese = language == Language.Chinese;
        var heading = format == ReportFormat.Markdown ? "# " : "";
        var bullet = format == ReportFormat.Markdown ? "- " : "  ";
        var text = new StringBuilder();
        text.AppendLine($"{heading}{(chinese ? "健康报告" : "Health report")}: {host}").AppendLine();
        text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"{(chinese ? "时间范围" : "window")}: {from:u} - {to:u} (UTC)")).AppendLine();

        var confirmed = incidents.Where(h => h.Incident.ConfirmedAt is not null).ToList();
        var recovered = confirmed.Where(h => h.Incident.State == IncidentState.Resolved && h.Incident.Attempts.Count > 0).ToList();
        var open = confirmed.Where(h => h.Incident.IsOpen).ToList();
        text.AppendLine(bullet + (chinese ? $"已确认事件：{confirmed.Count}" : $"confirmed incidents: {confirmed.Count}"));
        text.AppendLine(bullet + (chinese ? $"自动恢复：{recovered.Count}" : $"recovered by the agent: {recovered.Count}"));
        text.AppendLine(bullet + (chinese ? $"仍未结束：{open.Count}" : $"not over: {open.Count}"));
        text.AppendLine(bullet + (chinese ? "恢复时间中位数：" : "median time to recover: ") + Median([.. recovered.Select(h => h.Incident.EndedAt!.Value - h.Incident.SuspectedAt)]));

        var persons = open.Where(h => h.Incident.State == IncidentState.HandedOver).ToList();
        if (persons.Count > 0)
        {
            text.AppendLine().AppendLine(chinese ? "需要人工处理：" : "Wants a person:");
            foreach (var history in persons)
                text.AppendLine($"{bullet}{history.Incident.Id} {history.Incident.Fault}: {FaultCatalog.Default[history.Incident.Fault].PersonShould.In(language)}");
        }

        foreach (var history in confirmed)
            text.AppendLine().Append(IncidentReport.Write(history, FaultCatalog.Default[history.Incident.Fault], format, language));
        return text.ToString();
    }

    private static string Median(List<TimeSpan> times)
    {
        if (times.Count == 0)
            return "-";
        times.Sort();
        return $"{Durations.Text(times[times.Count / 2])} (n={times.Count})";
    }
}
