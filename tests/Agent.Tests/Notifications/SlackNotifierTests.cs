using System.Text.Json.Nodes;
using Agent.Domain;
using Agent.Notifications;

namespace Agent.Tests.Notifications;

public sealed class SlackNotifierTests
{
    private const string Path = "/services/T000/B000/0123456789abcdef";

    [Theory]
    [InlineData(200, "ok", nameof(DeliveryEnd.Sent), "", null)]
    [InlineData(200, "ok\n", nameof(DeliveryEnd.Sent), "", null)]
    [InlineData(200, "no_service", nameof(DeliveryEnd.Broken), "webhook was removed", null)]
    [InlineData(200, """{"ok":false,"error":"channel_not_found"}""", nameof(DeliveryEnd.Broken), "channel is not there", null)]
    [InlineData(200, """{"ok":false}""", nameof(DeliveryEnd.Retry), "not known here", null)]
    [InlineData(200, "fine", nameof(DeliveryEnd.Retry), "answered fine, which is not known here", null)]
    [InlineData(200, "", nameof(DeliveryEnd.Retry), "without a verdict", null)]
    [InlineData(400, "invalid_payload", nameof(DeliveryEnd.Rejected), "as it is", null)]
    [InlineData(400, "no_text", nameof(DeliveryEnd.Rejected), "text", null)]
    [InlineData(400, "invalid_token", nameof(DeliveryEnd.Broken), "url", null)]
    [InlineData(403, "invalid_token", nameof(DeliveryEnd.Broken), "url", null)]
    [InlineData(403, "action_prohibited", nameof(DeliveryEnd.Broken), "administrator", null)]
    [InlineData(404, "channel_not_found", nameof(DeliveryEnd.Broken), "channel", null)]
    [InlineData(404, "no_service", nameof(DeliveryEnd.Broken), "webhook", null)]
    [InlineData(404, "no_team", nameof(DeliveryEnd.Broken), "workspace", null)]
    [InlineData(404, "new_word", nameof(DeliveryEnd.Broken), "answered 404", null)]
    [InlineData(410, "channel_is_archived", nameof(DeliveryEnd.Broken), "archived", null)]
    [InlineData(500, "rollup_error", nameof(DeliveryEnd.Retry), "just now", 60)]
    [InlineData(429, "rate_limited", nameof(DeliveryEnd.Retry), "more messages", 60)]
    [InlineData(500, "ok", nameof(DeliveryEnd.Retry), "answered 500", null)]
    public async Task The_word_is_the_verdict(int status, string answer, string end, string problem, int? wait)
    {
        using var vendor = new VendorStandIn(status, answer);
        var delivery = await VendorScene.Notifier("slack", $"url: \"{vendor.At(Path)}\"").TellAsync();
        delivery.End.ToString().ShouldBe(end);
        delivery.Problem.ShouldContain(problem);
        delivery.RetryAfter.ShouldBe(wait is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    [Theory]
    [InlineData(429, "", 30, false, 30)]
    [InlineData(429, "rate_limited", 120, false, 120)]
    [InlineData(200, "ok", null, true, null)]
    public async Task A_wait_that_Slack_asks_for_is_kept_and_half_an_answer_is_no_success(int status, string answer, int? retryAfter, bool breaksOff, int? wait)
    {
        using var vendor = new VendorStandIn(status, answer, retryAfter, breaksOff);
        var delivery = await VendorScene.Notifier("slack", $"url: \"{vendor.At(Path)}\"").TellAsync();
        delivery.End.ShouldBe(DeliveryEnd.Retry);
        delivery.RetryAfter.ShouldBe(wait is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    [Theory]
    [InlineData(Language.English)]
    [InlineData(Language.Chinese)]
    public async Task Messages_are_as_they_were_accepted(Language language) =>
        (await VendorScene.GotAsync("slack", Path, ", mention: [U012AB3CD, all]" + VendorScene.Pages, language, 200, "ok", VendorScene.Each))
        .ShouldMatchApproved(c => c.WithDiscriminator($"{language}").WithFileExtension(".txt"));

    [Fact]
    public async Task Text_of_others_calls_nobody_and_leads_nowhere()
    {
        using var vendor = new VendorStandIn(200, "ok");
        await VendorScene.Notifier("slack", $"url: \"{vendor.At(Path)}\"").TellAsync(VendorScene.Seen("&lt;!here&gt; " + VendorScene.Hostile));
        var body = JsonNode.Parse(vendor.Got.ShouldHaveSingleItem().Body)!;
        var texts = VendorScene.Strings(body);
        string.Concat(texts).ShouldContain("&lt;!channel&gt;");
        string.Concat(texts).ShouldContain("&amp;lt;!here&amp;gt;");
        texts.ShouldAllBe(t => !t.Contains('<') && !t.Contains('>') && !t.Contains("://"));
        body["attachments"]![0]!["mrkdwn_in"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_that_is_too_long_is_cut()
    {
        using var vendor = new VendorStandIn(200, "ok");
        await VendorScene.Notifier("slack", $"url: \"{vendor.At(Path)}\"").TellAsync(VendorScene.Digest(800));
        var body = vendor.Got.ShouldHaveSingleItem().Body;
        VendorScene.Bytes(body).ShouldBeInRange(39_000, 40_000);
        body.ShouldContain("... cut: ");
    }

    [Theory]
    [InlineData("url: \"https://hooks.slack.com\"", "url: it has no path; copy the whole address that Slack shows for the webhook")]
    [InlineData("url: \"https://hooks.slack.com/services/a\", mention: [zhang]",
        "mention: 'zhang' is no id of a member such as U012AB3CD; Slack shows it in the member's profile")]
    public void A_wrong_setting_is_told_with_its_place(string entry, string problem) => Receivers.ProblemOf("slack", entry).ShouldBe(problem);
}
