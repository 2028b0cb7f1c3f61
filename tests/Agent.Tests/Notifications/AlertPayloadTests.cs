using System.Text.Json.Nodes;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Notifications.Channels;

namespace Agent.Tests.Notifications;

/// <summary>Webhooks in the form of an Alertmanager's.</summary>
public sealed class AlertPayloadTests
{
    private const string Format = ", format: alertmanager";

    [Theory]
    [InlineData(Language.English)]
    [InlineData(Language.Chinese)]
    public async Task Bodies_are_as_they_were_accepted(Language language)
    {
        var notices = VendorScene.Each.Where(n => n is not Agent.Notifications.Digest);
        (await VendorScene.GotAsync("webhooks", "/alerts", Format + VendorScene.Pages, language, 200, "", notices))
            .ShouldMatchApproved(c => c.WithDiscriminator($"{language}").WithFileExtension(".txt"));
    }

    [Fact]
    public async Task One_matter_has_one_group_key_from_its_alarm_to_its_end_and_when_a_cause_is_found()
    {
        using var receiver = new VendorStandIn(200, "");
        var notifier = VendorScene.Notifier("webhooks", $"url: \"{receiver.At("/")}\"{Format}");
        await notifier.TellAsync(VendorScene.Confirmed);
        await notifier.TellAsync(Notices.Of("20260301-030000-000", [.. Story.Recovered(Story.Start).Take(2),
            new CauseFound(Story.Start.AddSeconds(3), FaultCodes.ChipsLost, Subject.Host, "chip-health", "2 of 8 chips", [])]));
        await notifier.TellAsync(VendorScene.Resolved);
        var bodies = receiver.Got.Select(g => JsonNode.Parse(g.Body)!).ToList();
        bodies.Select(b => (string)b["groupKey"]!).Distinct().ShouldBe(["""{}:{instance="host1", source="npu-agent"}/20260301-030000-000"""]);
        bodies.Select(b => (string)b["status"]!).ShouldBe(["firing", "firing", "resolved"]);
        bodies[1]["alerts"]!.AsArray().Select(a => $"{a!["status"]} {a["labels"]!["fault"]} {a["endsAt"]}").ShouldBe(
            ["resolved engine-exited 2026-03-01T03:00:03Z", "firing chips-lost 0001-01-01T00:00:00Z"]);
        bodies[1]["commonLabels"]!.ToJsonString().ShouldBe("""{"instance":"host1","severity":"critical","source":"npu-agent"}""");
    }

    // The example of Prometheus' own test (LabelsToSignature in common/model), which is 5799056148416392346.
    [Fact]
    public void A_fingerprint_is_that_of_Prometheus() => AlertPayload.Fingerprint(new(StringComparer.Ordinal)
    {
        ["name"] = "garland, briggs",
        ["fear"] = "love is not enough",
    }).ShouldBe(5799056148416392346UL.ToString("x16", System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void Another_format_is_told_with_its_place() =>
        Receivers.ProblemOf("webhooks", "url: \"http://a/\", format: v4").ShouldBe("format: found 'v4', allowed: standard-webhooks, alertmanager");
}
