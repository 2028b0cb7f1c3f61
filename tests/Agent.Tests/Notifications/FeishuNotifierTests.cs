using System.Text.Json.Nodes;
using Agent.Domain;
using Agent.Notifications;
using Agent.Notifications.Channels;

namespace Agent.Tests.Notifications;

public sealed class FeishuNotifierTests
{
    private const string Path = "/open-apis/bot/v2/hook/01234567-89ab-cdef";
    private const string Taken = """{"code":0,"msg":"success","data":{}}""";

    [Theory]
    [InlineData(200, Taken, nameof(DeliveryEnd.Sent), "", null)]
    [InlineData(200, """{"StatusCode":0,"StatusMessage":"success"}""", nameof(DeliveryEnd.Sent), "", null)]
    [InlineData(200, """{"code":19024,"StatusCode":0,"msg":"Key Words Not Found"}""", nameof(DeliveryEnd.Broken), "`keyword`", null)]
    [InlineData(200, """{"code":19021,"msg":"sign match fail or timestamp is not within one hour from current time"}""",
        nameof(DeliveryEnd.Broken), "secret_file", null)]
    [InlineData(200, """{"code":19022,"msg":"Ip Not Allowed"}""", nameof(DeliveryEnd.Broken), "this host's address", null)]
    [InlineData(400, """{"code":19001,"msg":"param invalid: incoming webhook access token invalid"}""", nameof(DeliveryEnd.Broken), "url", null)]
    [InlineData(200, """{"code":11232,"msg":"frequency limited psm"}""", nameof(DeliveryEnd.Retry), "full and half hours", 60)]
    [InlineData(400, """{"code":99991400,"msg":"request trigger frequency limit"}""", nameof(DeliveryEnd.Retry), "more messages", 60)]
    [InlineData(400, """{"code":9499,"msg":"too many request"}""", nameof(DeliveryEnd.Retry), "more messages", 60)]
    [InlineData(200, """{"code":9499,"msg":"Bad Request"}""", nameof(DeliveryEnd.Rejected), "as it is", null)]
    [InlineData(400, "too many request", nameof(DeliveryEnd.Retry), "too many requests", 60)]
    [InlineData(200, """{"code":19999,"msg":"new, for 01234567-89ab-cdef"}""", nameof(DeliveryEnd.Retry), "19999, which is not known here: new, for ***", null)]
    [InlineData(200, "{}", nameof(DeliveryEnd.Retry), "without a verdict", null)]
    [InlineData(200, """{"code":null}""", nameof(DeliveryEnd.Retry), "without a verdict", null)]
    [InlineData(500, Taken, nameof(DeliveryEnd.Retry), "answered 500", null)]
    public async Task The_code_is_the_verdict(int status, string answer, string end, string problem, int? wait)
    {
        using var vendor = new VendorStandIn(status, answer);
        var delivery = await VendorScene.Notifier("feishu", $"url: \"{vendor.At(Path)}\"").TellAsync();
        delivery.End.ToString().ShouldBe(end);
        delivery.Problem.ShouldContain(problem);
        delivery.RetryAfter.ShouldBe(wait is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    [Fact]
    public async Task A_longer_wait_that_the_gateway_asks_for_is_kept()
    {
        using var vendor = new VendorStandIn(429, """{"code":99991400,"msg":"request trigger frequency limit"}""", retryAfter: 90);
        (await VendorScene.Notifier("feishu", $"url: \"{vendor.At(Path)}\"").TellAsync()).RetryAfter.ShouldBe(TimeSpan.FromSeconds(90));
    }

    [Theory]
    [InlineData(Language.English)]
    [InlineData(Language.Chinese)]
    public async Task Messages_are_as_they_were_accepted(Language language)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("secret"), "SEC0123456789abcdef\n");
        var settings = $", secret_file: {folder.File("secret")}, mention: [ou_18eac8, all], keyword: 值班{VendorScene.Pages}";
        (await VendorScene.GotAsync("feishu", Path, settings, language, 200, Taken, VendorScene.Each))
            .ShouldMatchApproved(c => c.WithDiscriminator($"{language}").WithFileExtension(".txt"));
    }

    // Computed with: printf '' | openssl dgst -sha256 -mac HMAC -macopt hexkey:KEY -binary | base64, where KEY is "TIMESTAMP\nSECRET".
    [Fact]
    public void A_signature_is_what_openssl_makes_of_nothing_with_time_and_secret_as_the_key() =>
        FeishuNotifier.Sign("SEC0123456789abcdef", "1772334300").ShouldBe("xJXOUx0sgp0ATHHMEtgPQko4sdfKrGfw4HAqBrNI1EM=");

    [Fact]
    public void A_preview_does_not_show_the_signature()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("secret"), "SEC0123456789abcdef\n");
        var text = VendorScene.Notifier("feishu", $"url: \"https://open.larksuite.com{Path}\", secret_file: {folder.File("secret")}")
            .Preview(VendorScene.Confirmed);
        text.ShouldContain("\"sign\":\"***\"");
        text.ShouldContain("POST https://open.larksuite.com/open-apis/bot/v2/hook/***");
    }

    [Fact]
    public async Task Text_of_others_stands_in_plain_text_alone()
    {
        using var vendor = new VendorStandIn(200, Taken);
        await VendorScene.Notifier("feishu", $"url: \"{vendor.At(Path)}\", mention: [ou_1]{VendorScene.Pages}")
            .TellAsync(VendorScene.Seen(VendorScene.Hostile));
        var card = JsonNode.Parse(vendor.Got.ShouldHaveSingleItem().Body)!["card"]!;
        var elements = card["body"]!["elements"]!.AsArray();
        elements.Select(e => (string)e!["tag"]!).ShouldBe(["div", "markdown"]);
        ((string)elements[0]!["text"]!["tag"]!).ShouldBe("plain_text");
        var foreign = (string)elements[0]!["text"]!["content"]!;
        foreign.ShouldContain("[look](https:／／evil.example/a)");
        foreign.ShouldNotContain("@all");
        ((string)elements[1]!["content"]!).ShouldBe("[Incident](http://npu-host-1:9470/incidents/20260301-030000-000) "
            + "[Fault](http://npu-host-1:9470/faults/engine-exited) <at id=ou_1></at>");
    }

    [Fact]
    public async Task A_message_that_is_too_long_is_cut()
    {
        using var vendor = new VendorStandIn(200, Taken);
        await VendorScene.Notifier("feishu", $"url: \"{vendor.At(Path)}\"").TellAsync(VendorScene.Digest(400));
        var body = vendor.Got.ShouldHaveSingleItem().Body;
        VendorScene.Bytes(body).ShouldBeInRange(19_000, 20_000);
        body.ShouldContain("... cut: ");
    }

    [Theory]
    [InlineData("url: \"https://open.feishu.cn/open-apis/bot/hook/a\"",
        "url: it has no /open-apis/bot/v2/hook/ with a token behind it; copy the whole address that Feishu or Lark shows for the bot")]
    [InlineData("url: \"https://open.feishu.cn/open-apis/bot/v2/hook/\"",
        "url: it has no /open-apis/bot/v2/hook/ with a token behind it; copy the whole address that Feishu or Lark shows for the bot")]
    [InlineData("url: \"https://open.feishu.cn/open-apis/bot/v2/hook/a\", mention: [\"13800000000\"]",
        "mention: '13800000000' is a mobile number; bots of Feishu call people by user id or open id (ou_...)")]
    public void A_wrong_setting_is_told_with_its_place(string entry, string problem) => Receivers.ProblemOf("feishu", entry).ShouldBe(problem);
}
