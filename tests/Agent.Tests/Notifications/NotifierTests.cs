using System.Text.Json.Nodes;
using Agent.Configuration.Host;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Notifications;
using Agent.Notifications.Channels;
using Agent.Reports;
using Agent.Tests.Architecture;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Notifications;

public sealed class NotifierTests
{
    private readonly FakeTimeProvider _clock = new(Story.Start.AddMinutes(5));

    [Fact]
    public void A_firing_alert_has_the_identity_of_its_incident_and_ends_only_after_several_resends()
    {
        var alert = Alerts(Told(Story.Recovered(Story.Start).Take(2))).ShouldHaveSingleItem()!;
        alert["labels"]!.AsObject().Select(l => $"{l.Key}={l.Value}").ShouldBe(
            ["alertname=NpuEngineExited", "engine=deepseek", "fault=engine-exited", "instance=host1", "severity=critical", "source=npu-agent",
                "subject=engine:deepseek"]);
        Time(alert["startsAt"]).ShouldBe(Story.Start.AddSeconds(2));
        Time(alert["endsAt"]).ShouldBe(_clock.GetUtcNow() + TimeSpan.FromMinutes(4));
    }

    [Fact]
    public void Every_fault_has_an_alertname_of_its_own()
    {
        var names = FaultCatalog.Default.All.Select(AlertName.Of).ToList();
        names.ShouldBeUnique();
        names.ShouldAllBe(n => n.StartsWith("Npu") && n.Skip(3).All(char.IsAsciiLetterOrDigit) && char.IsAsciiLetterUpper(n[3]) && !n.StartsWith("NpuNpu"));
        AlertName.Of(FaultCatalog.Default[FaultCodes.EngineHung]).ShouldBe("NpuEngineHung");
        AlertName.Of(FaultCatalog.Default[FaultCodes.NpuSmiHangs]).ShouldBe("NpuSmiHangs");
    }

    [Fact]
    public void Alertnames_of_the_README_are_there()
    {
        var names = FaultCatalog.Default.All.Select(AlertName.Of).ToList();
        var words = File.ReadAllText(Path.Combine(ArchitectureTests.Repository(), "README.md")).Split([' ', '`', '"', '|', '.', ',', '\'', '~', '=']);
        var told = words.Where(w => w.StartsWith("Npu", StringComparison.Ordinal)).ToList();
        told.Count.ShouldBeGreaterThan(3);
        // NpuSmi.* stands for several.
        told.Where(t => !names.Exists(n => n.StartsWith(t, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public void An_alert_says_the_state_in_the_words_of_every_other_place()
    {
        var alerts = Alerts(Told([.. Story.Recovered(Story.Start).Take(2), new HandedOver(Story.Start.AddSeconds(3), "a person has to act")]));
        ((string?)alerts[0]!["annotations"]!["state"]).ShouldBe("handed-over");
    }

    [Fact]
    public void A_resolved_alert_ends_when_its_incident_ended() =>
        Time(Alerts(Told(Story.Recovered(Story.Start))).ShouldHaveSingleItem()!["endsAt"]).ShouldBe(Story.Start.AddSeconds(12));

    [Fact]
    public void When_a_cause_is_found_the_alert_of_the_former_name_is_ended()
    {
        var alerts = Alerts(Told([.. Story.Recovered(Story.Start).Take(2),
            new CauseFound(Story.Start.AddSeconds(3), FaultCodes.ChipsLost, Subject.Host, "chip-health", "2 of 8 chips", [])]));
        alerts.Select(a => (string)a!["labels"]!["fault"]!).ShouldBe(["engine-exited", "chips-lost"]);
        Time(alerts[0]!["endsAt"]).ShouldBe(Story.Start.AddSeconds(3));
        Time(alerts[1]!["endsAt"]).ShouldBeGreaterThan(_clock.GetUtcNow());
    }

    [Fact]
    public void A_clock_that_is_set_back_never_makes_an_alert_that_ends_before_it_starts()
    {
        var alert = Alerts(Told([.. Story.Recovered(Story.Start).Take(2), new Resolved(Story.Start.AddHours(-1), "well")])).ShouldHaveSingleItem()!;
        Time(alert["endsAt"]).ShouldBe(Time(alert["startsAt"]));
    }

    // The key, the message and the signature of the Standard Webhooks specification's own example.
    [Fact]
    public void A_webhook_is_signed_as_the_specification_shows() =>
        WebhookNotifier.Sign(SecretFile.WebhookKey("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").Key!, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
            """{"test": 2432232314}""")
            .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    [Theory]
    [InlineData("\n", "holds no secret")]
    [InlineData("whsec_\n", "behind it no base64")]
    public async Task A_secret_file_that_is_empty_is_a_problem_and_not_a_signature_that_anybody_can_make(string text, string problem)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("secret"), text);
        var notifier = new WebhookNotifier(Receivers.Of("webhooks", $"name: hook, url: \"http://127.0.0.1:1/\", secret_file: {folder.File("secret")}"),
            Receivers.Parts(_clock));
        (await notifier.SendAsync(Told(Story.Recovered(Story.Start)), CancellationToken.None)).Problem.ShouldContain(problem);
    }

    [Fact]
    public void A_webhook_says_what_the_incident_cost()
    {
        var lost = new LostServiceDocument("engine:deepseek", Story.Start, Story.Start.AddSeconds(42), 42, 3, 1, 0, null, "it hung", "挂起");
        var notifier = new WebhookNotifier(Receivers.Of("webhooks", "name: hook, url: \"http://127.0.0.1:1/\""), Receivers.Parts(_clock));
        notifier.Preview(Told(Story.Recovered(Story.Start)) with { Lost = [lost] })
            .ShouldContain("\"lost_service\":[{\"subject\":\"engine:deepseek\"");
    }

    private static IncidentNotice Told(IEnumerable<IncidentEvent> events) => Notices.Of("a", events);

    private JsonArray Alerts(Notice notice)
    {
        var notifier = new AlertmanagerNotifier(Receivers.Alertmanager, Receivers.Parts(_clock));
        return JsonNode.Parse(notifier.Body(notice))!.AsArray();
    }

    private static DateTimeOffset Time(JsonNode? time) => time!.GetValue<DateTimeOffset>();
}
