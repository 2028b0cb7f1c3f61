using System.Text.Json;
using System.Text.Json.Nodes;
using Agent.Domain;
using Agent.Domain.Incidents;
using Agent.Domain.Recovery;
using Agent.Reports;
using Agent.Reports.Health;
using Agent.Storage;

namespace Agent.Tests.Reports;

/// <summary>Every confirmed incident is counted once, by who ended it.</summary>
public sealed class HealthReportTests
{
    private static readonly IReadOnlyList<IncidentEvent> Seen = [.. Story.Suspicion(Story.Start), new Confirmed(Story.Start.AddSeconds(2), "seen twice")];

    // The agent tried, gave it to a person, and the person mended it: the attempts are no recovery.
    private static readonly IReadOnlyList<IncidentEvent> ByPerson =
    [
        .. Seen,
        new RecoveryPlanned(Story.Start.AddSeconds(4), Rung.Engine, [Story.EngineStart], "", ""),
        new RecoveryEnded(Story.Start.AddSeconds(9), false, "failed"),
        new HandedOver(Story.Start.AddSeconds(10), "tried 3 times"), new Resolved(Story.Start.AddHours(5), "mended by a person", Mender.Person),
    ];

    // And what waited for the recovery of another has no attempt of its own.
    private static readonly IReadOnlyList<IncidentEvent> ByAnother =
        [.. Seen, new Resolved(Story.Start.AddSeconds(40), "mended by the recovery of incident a", Mender.Agent)];

    private static readonly IReadOnlyList<IncidentEvent> ByItself = [.. Seen, new Resolved(Story.Start.AddSeconds(70), "went away by itself", Mender.Itself)];

    private static readonly IReadOnlyList<IncidentEvent> WithPerson = [.. Seen, new HandedOver(Story.Start.AddSeconds(10), "a person has to act")];

    private static readonly IReadOnlyList<IncidentHistory> Week =
    [
        History("a", Story.Recovered(Story.Start)), History("b", ByPerson), History("c", ByAnother),
        History("d", ByItself), History("e", WithPerson), History("f", Story.Suspicion(Story.Start)),
    ];

    private static readonly HealthDocument Document = HealthDocument.Of(
        SomeHealth.Empty() with { Incidents = Week, From = Story.Start, To = Story.Start.AddDays(7) });

    [Theory]
    [InlineData(
        Language.English,
        "confirmed incidents: 5", "recovered by the agent: 2", "mended by a person: 1", "went away by themselves: 1", "not over: 1",
        "median time of the agent to recover: 26s (n=2)")]
    [InlineData(Language.Chinese, "已确认事件：5", "由代理恢复：2", "由人工修复：1", "自行消失：1", "仍未结束：1", "代理恢复时间中位数：26s (n=2)")]
    public void It_counts_what_the_agent_recovered_what_a_person_mended_and_what_went_away(Language language, params string[] lines)
    {
        foreach (var (format, bullet) in ((ReportFormat, string)[])[(ReportFormat.Text, "  "), (ReportFormat.Markdown, "- ")])
        {
            var text = HealthReport.Write(Document, format, language);
            foreach (var line in lines)
                text.ShouldContain($"\n{bullet}{line}\n");
        }
    }

    [Fact]
    public void Scripts_read_the_same_counts()
    {
        var json = JsonNode.Parse(JsonSerializer.Serialize(Document, DocumentJson.Compact.HealthDocument))!;
        ((string[])["confirmed", "recovered_by_agent", "mended_by_person", "went_away", "not_over"]).Select(name => (int)json[name]!).ShouldBe([5, 2, 1, 1, 1]);
        ((double)json["median_seconds_to_recover"]!).ShouldBe(26);
        json["incidents"]!.AsArray().Select(i => (string?)i!["mended_by"]).ShouldBe(["agent", "person", "agent", "itself", null]);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("10", 10.0)]
    [InlineData("40 10", 25.0)]
    [InlineData("10 40 20", 20.0)]
    [InlineData("40 10 20 31", 25.5)]
    [InlineData("7 7 7 7", 7.0)]
    public void The_median_of_an_even_count_lies_between_the_two_in_the_middle(string seconds, double? median)
    {
        var histories = seconds.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(s => double.Parse(s, System.Globalization.CultureInfo.InvariantCulture))
            .Select((s, i) => History($"i{i}", [.. Seen, new Resolved(Story.Start.AddSeconds(s), "verified", Mender.Agent)]));
        HealthFigures.Of([.. histories]).MedianTimeToRecover()?.TotalSeconds.ShouldBe(median!.Value);
        (HealthFigures.Of([.. histories]).MedianTimeToRecover() is null).ShouldBe(median is null);
    }

    [Theory]
    [InlineData(Language.English, "mended by:", "the agent", "a person", "nobody; it went away by itself")]
    [InlineData(Language.Chinese, "恢复者:", "代理", "人工", "无；自行消失")]
    public void One_incident_says_who_mended_it(Language language, string name, params string[] words)
    {
        IReadOnlyList<IncidentEvent>[] ends = [Story.Recovered(Story.Start), ByPerson, ByItself];
        var told = ends.Select(e => IncidentReport.Text(History("a", e), Fault(e), language)).ToList();
        for (var i = 0; i < told.Count; i++)
            told[i].Split('\n').Single(l => l.TrimStart().StartsWith(name, StringComparison.Ordinal)).ShouldEndWith(" " + words[i]);
        IncidentReport.Text(History("a", WithPerson), Fault(WithPerson), language).ShouldNotContain(name);
    }

    [Theory]
    [InlineData(Language.English, "37 of this period and the one before, those that ended first, are in no figure.")]
    [InlineData(Language.Chinese, "最早结束的 37 个未计入")]
    public void Incidents_that_were_left_out_are_told(Language language, string told)
    {
        foreach (var format in (ReportFormat[])[ReportFormat.Text, ReportFormat.Markdown, ReportFormat.Html])
        {
            HealthReport.Write(Document with { IncidentsLeftOut = 37 }, format, language).ShouldContain(told);
            HealthReport.Write(Document, format, language).ShouldNotContain(told);
        }

        HealthDocument.Of(SomeHealth.Empty() with { IncidentsLeftOut = 37 }).IncidentsLeftOut.ShouldBe(37);
    }

    private static Domain.Faults.Fault Fault(IReadOnlyList<IncidentEvent> events) => Domain.Faults.FaultCatalog.Default[Story.Fold("a", events).Fault];

    private static IncidentHistory History(string id, IReadOnlyList<IncidentEvent> events) => new(Story.Fold(id, events), events);
}
