using System.Text.Json.Nodes;
using Agent.Domain;
using Agent.Notifications;
using Agent.Notifications.Channels;

namespace Agent.Tests.Notifications;

public sealed class DingTalkNotifierTests
{
    private const string Path = "/robot/send?access_token=0123456789abcdef";

    [Theory]
    [InlineData(200, """{"errcode":0,"errmsg":"ok"}""", nameof(DeliveryEnd.Sent), "", null)]
    [InlineData(200, """{"errcode":"0","errmsg":"ok"}""", nameof(DeliveryEnd.Sent), "", null)]
    [InlineData(200, """{"errcode":310000,"errmsg":"keywords not in content, more: [https://ding-doc...]"}""", nameof(DeliveryEnd.Broken), "`keyword`", null)]
    [InlineData(200, """{"errcode":310000,"errmsg":"sign not match, more: [...]"}""", nameof(DeliveryEnd.Broken), "secret_file", null)]
    [InlineData(200, """{"errcode":310000,"errmsg":"ip 1.2.3.4 not in whitelist"}""", nameof(DeliveryEnd.Broken), "this host's address", null)]
    [InlineData(200, """{"errcode":310000,"errmsg":"invalid timestamp"}""", nameof(DeliveryEnd.Broken), "clock", null)]
    [InlineData(200, """{"errcode":310000,"errmsg":"something new"}""", nameof(DeliveryEnd.Broken), "security", null)]
    [InlineData(200, """{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}""", nameof(DeliveryEnd.Retry), "ten minutes", 600)]
    [InlineData(200, """{"errcode":410100,"errmsg":"send too fast"}""", nameof(DeliveryEnd.Retry), "ten minutes", 600)]
    [InlineData(200, """{"errcode":90030,"errmsg":"webhook over limit"}""", nameof(DeliveryEnd.Retry), "for the day", 3600)]
    [InlineData(200, """{"errcode":-1,"errmsg":"system busy"}""", nameof(DeliveryEnd.Retry), "busy", 60)]
    [InlineData(200, """{"errcode":300001,"errmsg":"token is not exist"}""", nameof(DeliveryEnd.Broken), "url", null)]
    [InlineData(200, """{"errcode":300005,"errmsg":"token is not exist"}""", nameof(DeliveryEnd.Broken), "url", null)]
    [InlineData(200, """{"errcode":400101,"errmsg":"access_token not exist"}""", nameof(DeliveryEnd.Broken), "url", null)]
    [InlineData(200, """{"errcode":400013,"errmsg":"group dissolved"}""", nameof(DeliveryEnd.Broken), "dissolved", null)]
    [InlineData(200, """{"errcode":400102,"errmsg":"robot stopped"}""", nameof(DeliveryEnd.Broken), "switch it on", null)]
    [InlineData(200, """{"errcode":400106,"errmsg":"robot missing"}""", nameof(DeliveryEnd.Broken), "not in the group", null)]
    [InlineData(200, """{"errcode":43002,"errmsg":"require POST"}""", nameof(DeliveryEnd.Broken), "proxy", null)]
    [InlineData(200, """{"errcode":43004,"errmsg":"content type"}""", nameof(DeliveryEnd.Broken), "proxy", null)]
    [InlineData(200, """{"errcode":40035,"errmsg":"missing parameter"}""", nameof(DeliveryEnd.Rejected), "misses", null)]
    [InlineData(200, """{"errcode":400105,"errmsg":"unsupported msgtype"}""", nameof(DeliveryEnd.Rejected), "kind", null)]
    [InlineData(200, """{"errcode":460101,"errmsg":"message too long"}""", nameof(DeliveryEnd.Rejected), "too long", null)]
    [InlineData(200, """{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"u"}""", nameof(DeliveryEnd.Retry), "takes nothing", 5)]
    [InlineData(200, """{"errcode":0,"status":1111,"wait":5,"punish":"deny"}""", nameof(DeliveryEnd.Retry), "takes nothing", 5)]
    [InlineData(200, """{"status":1111,"wait":-7,"punish":"deny"}""", nameof(DeliveryEnd.Retry), "takes nothing", 60)]
    [InlineData(200, """{"errcode":777777,"errmsg":"for token 0123456789abcdef"}""", nameof(DeliveryEnd.Retry),
        "777777, which is not known here: for token ***", null)]
    [InlineData(200, "<html>log in to the network</html>", nameof(DeliveryEnd.Retry), "without a verdict", null)]
    [InlineData(200, "[]", nameof(DeliveryEnd.Retry), "without a verdict", null)]
    [InlineData(200, "", nameof(DeliveryEnd.Retry), "without a verdict", null)]
    [InlineData(502, """{"errcode":0,"errmsg":"ok"}""", nameof(DeliveryEnd.Retry), "answered 502", null)]
    [InlineData(403, "", nameof(DeliveryEnd.Broken), "answered 403", null)]
    public async Task The_code_is_the_verdict(int status, string answer, string end, string problem, int? wait)
    {
        using var vendor = new VendorStandIn(status, answer);
        var delivery = await VendorScene.Notifier("dingtalk", $"url: \"{vendor.At(Path)}\"").TellAsync();
        delivery.End.ToString().ShouldBe(end);
        delivery.Problem.ShouldContain(problem);
        delivery.Problem.ShouldNotContain("0123456789abcdef");
        delivery.RetryAfter.ShouldBe(wait is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_no_success()
    {
        using var vendor = new VendorStandIn(200, """{"errcode":0,"errmsg":"ok"}""", breaksOff: true);
        var delivery = await VendorScene.Notifier("dingtalk", $"url: \"{vendor.At(Path)}\"").TellAsync();
        delivery.End.ShouldBe(DeliveryEnd.Retry);
        delivery.Problem.ShouldContain("broke off");
    }

    [Theory]
    [InlineData(Language.English)]
    [InlineData(Language.Chinese)]
    public async Task Messages_are_as_they_were_accepted(Language language)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("secret"), "SEC0123456789abcdef\n");
        var settings = $", secret_file: {folder.File("secret")}, mention: [\"13800000000\", manager4220], keyword: 值班{VendorScene.Pages}";
        (await VendorScene.GotAsync("dingtalk", Path, settings, language, 200, """{"errcode":0}""", VendorScene.Each))
            .ShouldMatchApproved(c => c.WithDiscriminator($"{language}").WithFileExtension(".txt"));
    }

    // Computed with: printf '%s\n%s' TIMESTAMP SECRET | openssl dgst -sha256 -hmac SECRET -binary | base64
    [Fact]
    public void A_signature_is_what_openssl_makes_of_time_and_secret() =>
        DingTalkNotifier.Sign("SEC0123456789abcdef", "1772334300000").ShouldBe("ccmySBYx3N3DEgsAAjj0zXhjNbBm/ekYqOdAXG7tHnw=");

    [Fact]
    public async Task Text_of_others_calls_nobody_and_leads_nowhere()
    {
        using var vendor = new VendorStandIn(200, """{"errcode":0}""");
        await VendorScene.Notifier("dingtalk", $"url: \"{vendor.At(Path)}\"").TellAsync(VendorScene.Seen(VendorScene.Hostile));
        var body = JsonNode.Parse(vendor.Got.ShouldHaveSingleItem().Body)!;
        body["at"].ShouldBeNull();
        var text = (string)body["markdown"]!["text"]!;
        text.ShouldContain("＠all");
        text.ShouldContain(@"\u202e\r\n#### all is well");
        foreach (var sign in (string[])["<", ">", "](", "![", "://", "@", "**", "\u202e"])
            text.ShouldNotContain(sign);
        text.Split('\n').Count(l => l.StartsWith('#')).ShouldBe(1);
    }

    [Fact]
    public async Task A_message_that_is_too_long_is_cut_and_still_calls_and_has_its_keyword()
    {
        using var vendor = new VendorStandIn(200, """{"errcode":0}""");
        await VendorScene.Notifier("dingtalk", $"url: \"{vendor.At(Path)}\", keyword: 值班").TellAsync(VendorScene.Digest(400));
        var body = vendor.Got.ShouldHaveSingleItem().Body;
        VendorScene.Bytes(body).ShouldBeInRange(19_000, 20_000);
        var text = (string)JsonNode.Parse(body)!["markdown"]!["text"]!;
        text.ShouldContain("... cut: ");
        text.ShouldEndWith("\n\n值班");
    }

    [Theory]
    [InlineData("url: \"https://oapi.dingtalk.com/robot/send\"", "url: it has no access_token; copy the whole address that DingTalk shows for the robot")]
    [InlineData("url: \"https://oapi.dingtalk.com/robot/send?access_token=\"",
        "url: it has no access_token; copy the whole address that DingTalk shows for the robot")]
    [InlineData("url: \"https://a/robot/send?access_token=a&timestamp=1&sign=b\"",
        "url: leave timestamp and sign out; name the file with the robot's secret as secret_file")]
    [InlineData("url: \"https://a/send?access_token=a\", mention: [\"@13800000000\"]",
        "mention: '@13800000000' is no id and no mobile number: letters, digits and _ - . + alone, without @")]
    public void A_wrong_setting_is_told_with_its_place(string entry, string problem) => Receivers.ProblemOf("dingtalk", entry).ShouldBe(problem);
}
