using System.Text.Json.Nodes;
using Agent.Configuration.Host;
using Agent.Domain;
using Agent.Notifications;
using Agent.Notifications.Channels;
using Agent.Reports.Health;
using Agent.Tests.Notifications.Mail;
using Agent.Tests.Reports;

namespace Agent.Tests.Notifications;

/// <summary>A health report, as each kind of receiver is told of it.</summary>
public sealed class ReportNoticeTests
{
    private const string Title = "npu-host-1: daily health report. A person is needed: 1 incident waits.";

    private static ReportNotice Told => new("daily-2026-03-02", Story.Start, HealthDocument.Of(SomeHealth.Bad()) with { Kind = "daily" }, "/reports/a.html");

    [Theory]
    [InlineData("dingtalk", "url: \"https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef\"")]
    [InlineData("wecom", "url: \"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa\"")]
    [InlineData("feishu", "url: \"https://open.feishu.cn/open-apis/bot/v2/hook/693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa\"")]
    [InlineData("slack", "url: \"https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX\"")]
    [InlineData("webhooks", "url: \"http://a\"")]
    [InlineData("mail", "server: mail.example, from: npu@x.example, to: [a@x.example]")]
    [InlineData("syslog", "address: \"udp://h\"")]
    public void Who_wants_a_report_is_told_its_verdict_and_what_a_person_has_to_do(string kind, string entry)
    {
        var settings = Receivers.Of(kind, $"name: a, {entry}, reports: [daily]");
        new Receiver(settings).WantsReport(ReportKind.Daily).ShouldBeTrue();
        new Receiver(settings).WantsReport(ReportKind.Weekly).ShouldBeFalse();
        var told = VendorScene.Notifier(kind, $"{entry}, reports: [daily]").Preview(Told);
        told.ShouldContain("A person is needed: 1 incident waits.");
        told.ShouldContain("20260301-200000-003");
        told.ShouldContain("claim a replacement");
    }

    [Theory]
    [InlineData("alertmanagers", "url: \"http://127.0.0.1:9093\"")]
    [InlineData("pagerduty", "routing_key_file: /dev/null")]
    public void An_alerting_system_takes_no_report(string kind, string entry) =>
        Problems(kind, $"{entry}, reports: [daily]").ShouldContain(p => p.Contains(".reports: unknown key", StringComparison.Ordinal));

    [Theory]
    [InlineData("url: \"http://a\", reports: [hourly]", "'hourly' is no report, allowed: daily, weekly, monthly")]
    [InlineData("url: \"http://a\", format: alertmanager, reports: [daily]", "a receiver of alerts takes no report")]
    [InlineData("url: \"http://a\", reports: [daily], format: alertmanager", "a receiver of alerts takes no report")]
    public void A_report_that_cannot_be_sent_is_told_with_its_line(string entry, string problem) =>
        Problems("webhooks", entry).ShouldHaveSingleItem().ShouldContain(problem);

    [Fact]
    public async Task A_mail_carries_the_page()
    {
        using var server = new ScriptedMailServer();
        (await Mail(server).SendAsync(Told, CancellationToken.None)).ShouldBe(Delivery.Sent);
        var mail = Read(server);
        mail.Subject.ShouldBe(Title);
        mail.TextBody.ShouldNotBeNull().ShouldContain("To do: chip 1/0");
        var page = mail.Attachments.ShouldHaveSingleItem().ShouldBeOfType<MimeKit.TextPart>();
        page.FileName.ShouldBe("daily-2026-03-02.html");
        // Line ends of a mail are CR LF.
        page.Text.ReplaceLineEndings("\n").ShouldBe(Told.Html(Language.English).ReplaceLineEndings("\n"));
        page.Text.ShouldNotContain("<script>alert");
    }

    [Fact]
    public async Task A_server_that_takes_only_small_mails_gets_the_summary()
    {
        using var server = new ScriptedMailServer { Extensions = ["SIZE 20000"] };
        (await Mail(server).SendAsync(Told, CancellationToken.None)).ShouldBe(Delivery.Sent);
        var mail = Read(server);
        mail.Attachments.ShouldBeEmpty();
        mail.TextBody.ShouldNotBeNull().ShouldContain("The whole report: /reports/a.html");
    }

    [Fact]
    public async Task A_webhook_gets_the_whole_document()
    {
        var got = await VendorScene.GotAsync("webhooks", "/hook", "", Language.Chinese, 204, "", Told);
        var body = JsonNode.Parse(got[got.IndexOf('{', StringComparison.Ordinal)..])!;
        body["type"]!.GetValue<string>().ShouldBe("agent.report");
        body["text"]!.GetValue<string>().ShouldContain("需要人工处理");
        body["report"]!["verdict"]!["state"]!.GetValue<string>().ShouldBe(HealthVerdict.Bad);
        body["report"]!["incidents"]!.AsArray().Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_webhook_gets_the_newest_incidents_of_very_many_and_no_events()
    {
        var one = Told.Document.Incidents[0];
        var many = Told with { Document = Told.Document with { Incidents = [.. Enumerable.Range(0, 1000).Select(i => one with { Id = $"incident-{i}" })] } };
        var got = await VendorScene.GotAsync("webhooks", "/hook", "", Language.English, 204, "", many);
        var incidents = JsonNode.Parse(got[got.IndexOf('{', StringComparison.Ordinal)..])!["report"]!["incidents"]!.AsArray();
        incidents.Count.ShouldBe(50);
        incidents[0]!["id"]!.GetValue<string>().ShouldBe("incident-950");
        incidents.ShouldAllBe(i => i!["timeline"]!.AsArray().Count == 0 && i["evidence"]!.AsArray().Count == 0);
    }

    private static MailNotifier Mail(ScriptedMailServer server) => new(
        Receivers.Of("mail", $"name: a, server: 127.0.0.1, port: {server.Port}, security: none, from: npu@x.example, to: [a@x.example]"),
        Receivers.Parts(TimeProvider.System));

    private static MimeKit.MimeMessage Read(ScriptedMailServer server) =>
        MimeKit.MimeMessage.Load(new MemoryStream(System.Text.Encoding.Latin1.GetBytes(server.Mails.ShouldHaveSingleItem())));

    private static IReadOnlyList<string> Problems(string kind, string entry) =>
        [.. SettingsFile.Parse("t.yaml", $"notifications: {{ {kind}: [ {{ name: a, {entry} }} ] }}", _ => false).Problems.Select(p => p.Text)];
}
