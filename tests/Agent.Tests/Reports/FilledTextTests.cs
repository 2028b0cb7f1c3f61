using System.Text.Json;
using System.Text.RegularExpressions;
using Agent.Commands;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Notifications;
using Agent.Notifications.Channels;
using Agent.Reports;
using Agent.Reports.Health;
using Agent.Storage;
using Agent.Tests.Notifications;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Reports;

/// <summary>The whole catalogue, wherever a text of it is shown: commands in it can be typed as they stand.</summary>
public sealed partial class FilledTextTests
{
    private static readonly IReadOnlyDictionary<string, string> Everything = Placeholders.All.ToDictionary(p => p, p => $"value-of-{p.ToLowerInvariant()}");

    public static TheoryData<string> Codes() => [.. FaultCatalog.Default.All.Select(f => f.Code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void No_text_that_is_shown_keeps_a_placeholder_whose_value_is_known(string code)
    {
        var fault = FaultCatalog.Default[code];
        IReadOnlyList<IncidentEvent> events =
        [
            new Suspected(Story.Start, code, Subject(fault), "probe", "seen", []) { Known = Everything },
            new Confirmed(Story.Start.AddSeconds(1), "seen twice"),
            new HandedOver(Story.Start.AddSeconds(2), "a person has to act"),
        ];
        var history = new IncidentHistory(Story.Fold("a", events), events);
        foreach (var (place, text) in Places(history, fault))
            Words().Matches(text).Select(m => m.Value).Intersect(Placeholders.All).ShouldBeEmpty($"{place}: {text}");
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Next_steps_of_a_check_are_filled_by_the_same(string code)
    {
        var fault = FaultCatalog.Default[code];
        var seen = Seen(code, Subject(fault)) with { Known = Everything };
        foreach (var language in Enum.GetValues<Language>())
        {
            var steps = CheckSteps.Of([seen], new HostLayout([], [], ResetScope.Chip), language);
            steps.ShouldHaveSingleItem().ShouldStartWith(code + ": ");
            Words().Matches(steps[0]).Select(m => m.Value).Intersect(Placeholders.All).ShouldBeEmpty(steps[0]);
        }
    }

    [Fact]
    public void Two_engines_with_one_fault_get_a_step_each_and_two_faults_with_one_step_one()
    {
        var seen = ((IEnumerable<string>)["a", "b", "b"]).Select(e => Seen(FaultCodes.EngineConfigError, Domain.Observations.Subject.Engine(e)));
        var steps = CheckSteps.Of([.. seen], new HostLayout([], [], ResetScope.Chip), Language.English);
        steps.Select(s => s[s.IndexOf("engine start", StringComparison.Ordinal)..]).ShouldBe(["engine start a`.", "engine start b`."]);
    }

    private static Observation Seen(string fault, Subject subject) =>
        new() { Probe = "probe", Subject = subject, Verdict = Verdict.Faulty, Fault = fault, Summary = "seen", At = Story.Start };

    private static IEnumerable<(string Place, string Text)> Places(IncidentHistory history, Fault fault)
    {
        foreach (var language in Enum.GetValues<Language>())
        {
            foreach (var format in Enum.GetValues<ReportFormat>())
            {
                yield return ("incident", IncidentReport.Write(history, fault, format, language));
                yield return ("report", HealthReport.Write(HealthDocument.Of(SomeHealth.Empty() with { Incidents = [history] }), format, language));
            }
        }

        var document = IncidentDocument.Of(history.Incident, fault, history.Events);
        yield return ("webhook", JsonSerializer.Serialize(document, DocumentJson.Compact.IncidentDocument));
        var alerts = new AlertmanagerNotifier(Receivers.Alertmanager, Receivers.Parts(new FakeTimeProvider(Story.Start.AddMinutes(1))));
        yield return ("alert", alerts.Body(new IncidentNotice("a/confirmed", Story.Start)
        {
            Kind = NoticeKind.Confirmed,
            Incident = history.Incident,
            Fault = fault,
            Events = history.Events,
        }));
    }

    private static Subject Subject(Fault fault) => new(fault.On, fault.On switch { SubjectKind.Chip => "2/1", SubjectKind.Engine => "deepseek", _ => "" });

    [GeneratedRegex("[A-Za-z0-9_-]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Words();
}
