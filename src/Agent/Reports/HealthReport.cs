using System.Globalization;
using System.Text;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Storage;

namespace Agent.Reports;

/// <summary>The health of a host over a period: the incidents, how fast they were seen and mended, and the work left for a person.</summary>
internal static class HealthReport
{
    public static string Write(IReadOnlyList<IncidentHistory> incidents, string host, DateTimeOffset from, DateTimeOffset to, ReportFormat format,
        Language language)
    {
        var chinese = language == Language.Chinese;
        var heading = format == ReportFormat.Markdown ? "# " : "";
        var bullet = format == ReportFormat.Markdown ? "- " : "  ";
        var text = new StringBuilder();
        text.AppendLine($"{heading}{(chinese ? "健康报告" : "Health report")}: {host}").AppendLine();
        text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"{(chinese ? "时间范围" : "window")}: {from:u} - {to:u} (UTC)")).AppendLine();

        var figures = HealthFigures.Of(incidents);
        Count("confirmed incidents: ", "已确认事件：", figures.Confirmed);
        Count("recovered by the agent: ", "由代理恢复：", figures.RecoveredByAgent);
        Count("mended by a person: ", "由人工修复：", figures.MendedByPerson);
        Count("went away by themselves: ", "自行消失：", figures.WentAway);
        Count("not over: ", "仍未结束：", figures.NotOver);
        var median = figures.MedianTimeToRecover() is { } time ? $"{Durations.Text(time)} (n={figures.RecoveredByAgent.Count})" : "-";
        text.AppendLine(bullet + (chinese ? "代理恢复时间中位数：" : "median time of the agent to recover: ") + median);

        var persons = figures.NotOver.Where(h => h.Incident.State == IncidentState.HandedOver).ToList();
        if (persons.Count > 0)
        {
            text.AppendLine().AppendLine(chinese ? "需要人工处理：" : "Wants a person:");
            foreach (var history in persons)
            {
                var toDo = history.Incident.Fill(FaultCatalog.Default[history.Incident.Fault].PersonShould);
                text.AppendLine($"{bullet}{history.Incident.Id} {history.Incident.Fault}: {toDo.In(language)}");
            }
        }

        foreach (var history in figures.Confirmed)
            text.AppendLine().Append(IncidentReport.Write(history, FaultCatalog.Default[history.Incident.Fault], format, language));
        return text.ToString();

        void Count(string english, string inChinese, IReadOnlyList<IncidentHistory> counted) =>
            text.AppendLine(bullet + (chinese ? inChinese : english) + counted.Count);
    }
}
