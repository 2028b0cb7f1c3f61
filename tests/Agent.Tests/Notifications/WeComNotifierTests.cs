using System.Text.Json.Nodes;
using Agent.Domain;
using Agent.Notifications;

namespace Agent.Tests.Notifications;

public sealed class WeComNotifierTests
{
    private const string Path = "/cgi-bin/webhook/send?key=01234567-89ab-cdef";
    private const string Taken = """{"errcode":0,"errmsg":"ok"}""";

    [Theory]
    [InlineData(200, Taken, nameof(DeliveryEnd.Sent), "", null)]
    [InlineData(200, """{"errcode":45009,"errmsg":"api freq out of limit"}""", nameof(DeliveryEnd.Retry), "more messages", 60)]
    [InlineData(200, """{"errcode":-1,"errmsg":"system busy"}""", nameof(DeliveryEnd.Retry), "busy", 60)]
    [InlineData(200, """{"errcode":93000,"errmsg":"invalid webhook url"}""", nameof(DeliveryEnd.Broken), "url", null)]
    [InlineData(200, """{"errcode":93008,"errmsg":"not in group"}""", nameof(DeliveryEnd.Broken), "not in the group", null)]
    [InlineData(200, """{"errcode":40058,"errmsg":"markdown.content exceed max length 4096"}""", nameof(DeliveryEnd.Rejected), "too long", null)]
    [InlineData(200, """{"errcode":45002,"errmsg":"content size out of limit"}""", nameof(DeliveryEnd.Rejected), "too long", null)]
    [InlineData(200, """{"errcode":40008,"errmsg":"invalid message type"}""", nameof(DeliveryEnd.Rejected), "kind", null)]
    [InlineData(200, """{"errcode":12345,"errmsg":"new"}""", nameof(DeliveryEnd.Retry), "12345, which is not known here: new", null)]
    [InlineData(200, "", nameof(DeliveryEnd.Retry), "without a verdict", null)]
    [InlineData(503, Taken, nameof(DeliveryEnd.Retry), "answered 503", null)]
    public async Task The_code_is_the_verdict(int status, string answer, string end, string problem, int? wait)
    {
        using var vendor = new VendorStandIn(status, answer);
        var delivery = await VendorScene.Notifier("wecom", $"url: \"{vendor.At(Path)}\"").TellAsync();
        delivery.End.ToString().ShouldBe(end);
        delivery.Problem.ShouldContain(problem);
        delivery.RetryAfter.ShouldBe(wait is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    [Theory]
    [InlineData(Language.English)]
    [InlineData(Language.Chinese)]
    public async Task Messages_are_as_they_were_accepted(Language language) =>
        (await VendorScene.GotAsync("wecom", Path, VendorScene.Pages, language, 200, Taken, VendorScene.Each))
        .ShouldMatchApproved(c => c.WithDiscriminator($"{language}").WithFileExtension(".txt"));

    [Fact]
    public async Task A_message_that_calls_somebody_is_plain_text_and_others_are_markdown()
    {
        using var vendor = new VendorStandIn(200, Taken);
        var notifier = VendorScene.Notifier("wecom", $"url: \"{vendor.At(Path)}\", mention: [zhangsan, \"13800000000\", all]");
        await notifier.TellAsync(VendorScene.Confirmed);
        await notifier.TellAsync(VendorScene.Resolved);
        var bodies = vendor.Got.Select(g => JsonNode.Parse(g.Body)!).ToList();
        ((string)bodies[0]["text"]!["content"]!).ShouldStartWith("host1, engine deepseek: the engine ended unasked. ");
        bodies[0]["text"]!["mentioned_list"]!.ToJsonString().ShouldBe("""["zhangsan","@all"]""");
        bodies[0]["text"]!["mentioned_mobile_list"]!.ToJsonString().ShouldBe("""["13800000000"]""");
        bodies[0]["markdown"].ShouldBeNull();
        ((string)bodies[1]["msgtype"]!).ShouldBe("markdown");
        bodies[1]["text"].ShouldBeNull();
    }

    [Theory]
    [InlineData("", "markdown")]
    [InlineData(", mention: [zhangsan]", "text")]
    public async Task Text_of_others_calls_nobody_and_leads_nowhere(string mention, string kind)
    {
        using var vendor = new VendorStandIn(200, Taken);
        await VendorScene.Notifier("wecom", $"url: \"{vendor.At(Path)}\"{mention}").TellAsync(VendorScene.Seen(VendorScene.Hostile));
        var body = JsonNode.Parse(vendor.Got.ShouldHaveSingleItem().Body)!;
        var lines = ((string)body[kind]!["content"]!).Split('\n');
        lines.Length.ShouldBe(5);
        // Plain text knows no markup; markdown has that of the agent in its title alone.
        var foreign = string.Concat(kind == "text" ? [] : lines.Skip(1));
        foreach (var sign in (string[])["<", ">", "](", "**", "@"])
            foreign.ShouldNotContain(sign);
        lines.ShouldAllBe(l => !l.Contains("://") && !l.Contains(" @") && !l.Contains('\u202e'));
    }

    [Theory]
    [InlineData("", "markdown", 4096)]
    [InlineData(", mention: [all]", "text", 2048)]
    public async Task A_message_that_is_too_long_is_cut(string mention, string kind, int bytes)
    {
        using var vendor = new VendorStandIn(200, Taken);
        var notifier = VendorScene.Notifier("wecom", $"url: \"{vendor.At(Path)}\"{mention}", Language.Chinese);
        var handedOver = Notices.Of("x", [.. Story.Recovered(Story.Start).Take(2), new Agent.Domain.Incidents.HandedOver(Story.Start, "no")], "handed-over");
        await notifier.TellAsync(VendorScene.Digest(100) with { Notices = [.. VendorScene.Digest(100).Notices, handedOver] });
        var content = (string)JsonNode.Parse(vendor.Got.ShouldHaveSingleItem().Body)![kind]!["content"]!;
        VendorScene.Bytes(content).ShouldBeInRange(bytes - 4, bytes);
        content.ShouldContain("……已截断：共 ");
    }

    [Fact]
    public void An_address_without_a_key_is_told_with_its_place() => Receivers.ProblemOf("wecom", "url: \"https://qyapi.weixin.qq.com/cgi-bin/webhook/send\"")
        .ShouldBe("url: it has no key; copy the whole address that WeCom shows for the robot");
}
