using Agent.Domain;
using Agent.Domain.Incidents;
using Agent.Notifications;
using Agent.Notifications.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Notifications.Mail;

public sealed class MailNotifierTests
{
    private static readonly IncidentNotice Told = Notices.Of("20260301-030000-000", Story.Recovered(Story.Start).Take(3));

    [Theory]
    [InlineData("QUIT", ScriptedMailServer.Cut, nameof(DeliveryEnd.Sent), "")]
    [InlineData("CONNECT", "421 4.3.2 too many connections", nameof(DeliveryEnd.Retry), "421")]
    [InlineData("CONNECT", "554 5.7.1 your address is blocked", nameof(DeliveryEnd.Broken), "554")]
    [InlineData("CONNECT", ScriptedMailServer.Cut, nameof(DeliveryEnd.Retry), "broke off")]
    [InlineData("CONNECT", "SSH-2.0-OpenSSH_9.2", nameof(DeliveryEnd.Retry), "speaks no SMTP")]
    [InlineData("MAIL", "451 4.3.0 later", nameof(DeliveryEnd.Retry), "451")]
    [InlineData("MAIL", "421 4.3.2 closing", nameof(DeliveryEnd.Retry), "421")]
    [InlineData("MAIL", "530 5.7.0 log in first", nameof(DeliveryEnd.Broken), "user")]
    [InlineData("MAIL", "553 5.1.8 sender unknown", nameof(DeliveryEnd.Broken), "from")]
    [InlineData("RCPT", "550 5.1.1 no such user", nameof(DeliveryEnd.Rejected), "a@x.example was refused: 550 5.1.1 no such user; b@x.example")]
    [InlineData("RCPT", "552 5.2.2 mailbox full", nameof(DeliveryEnd.Rejected), "552")]
    [InlineData("RCPT", "452 4.2.2 mailbox full", nameof(DeliveryEnd.Retry), "452")]
    [InlineData("DATA", "451 4.3.0 later", nameof(DeliveryEnd.Retry), "451")]
    [InlineData("DATA", "554 5.6.0 no", nameof(DeliveryEnd.Rejected), "554")]
    [InlineData("END", "452 4.3.1 no room", nameof(DeliveryEnd.Retry), "452")]
    [InlineData("END", "554 5.7.1 looks like spam", nameof(DeliveryEnd.Rejected), "spam")]
    [InlineData("END", ScriptedMailServer.Cut, nameof(DeliveryEnd.Retry), "broke off")]
    [InlineData("END", ScriptedMailServer.Silent, nameof(DeliveryEnd.Retry), "no answer within 1 s")]
    public async Task The_answer_of_the_server_is_the_verdict(string command, string answer, string end, string problem)
    {
        using var server = new ScriptedMailServer(c => c.StartsWith(command, StringComparison.Ordinal) ? answer : null);
        var delivery = await Of(server, answer == ScriptedMailServer.Silent ? "timeout: 1s" : "").SendAsync(Told, CancellationToken.None);
        delivery.End.ToString().ShouldBe(end);
        delivery.Problem.ShouldContain(problem);
    }

    [Theory]
    [InlineData("421 4.3.2 busy", true)]
    [InlineData("451 4.3.0 later", false)]
    public async Task A_server_that_is_busy_holds_the_channel_and_one_that_puts_off_a_mail_does_not(string answer, bool holds)
    {
        using var server = new ScriptedMailServer(c => c == "END" ? answer : null);
        (await Of(server).SendAsync(Told, CancellationToken.None)).HoldsChannel.ShouldBe(holds);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_tried_again()
    {
        int port;
        using (var gone = new ScriptedMailServer())
            port = gone.Port;
        var delivery = await Of(port).SendAsync(Told, CancellationToken.None);
        delivery.ShouldBe(Delivery.Away("cannot be reached: nothing answers there (ConnectionRefused)"));
    }

    [Fact]
    public async Task A_recipient_that_is_refused_is_no_failure_of_the_others_and_is_told()
    {
        using var server = new ScriptedMailServer(c => c.Contains("<a@x.example>", StringComparison.Ordinal) && c.StartsWith("RCPT", StringComparison.Ordinal)
            ? "550 5.1.1 no such user" : null);
        var delivery = await Of(server).SendAsync(Told, CancellationToken.None);
        delivery.End.ShouldBe(DeliveryEnd.Sent);
        delivery.Problem.ShouldBe("a@x.example was refused: 550 5.1.1 no such user");
        server.Mails.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_recipient_that_is_put_off_gets_the_same_mail_later_and_nobody_else_does()
    {
        var tries = 0;
        using var server = new ScriptedMailServer(c => c switch
        {
            "RCPT TO:<a@x.example>" => "550 5.1.1 no such user",
            "RCPT TO:<c@x.example>" => ++tries == 1 ? "451 4.7.1 greylisted" : null,
            _ => null,
        });
        var notifier = Of(server, to: "[a@x.example, b@x.example, c@x.example]");
        var first = await notifier.SendAsync(Told, CancellationToken.None);
        first.End.ShouldBe(DeliveryEnd.Retry);
        first.Problem.ShouldContain("greylisted");
        server.Commands.Clear();
        var second = await notifier.SendAsync(Told, CancellationToken.None);
        second.End.ShouldBe(DeliveryEnd.Sent);
        second.Problem.ShouldBe("a@x.example was refused: 550 5.1.1 no such user");
        server.Recipients.ShouldBe(["c@x.example"]);
        server.Mails.Select(m => Read(m).MessageId).Distinct().ShouldHaveSingleItem();
        // What was settled is forgotten with the mail.
        server.Commands.Clear();
        await notifier.SendAsync(Told, CancellationToken.None);
        server.Recipients.ShouldBe(["a@x.example", "b@x.example", "c@x.example"]);
    }

    [Theory]
    [InlineData("535 5.7.8 wrong password", nameof(DeliveryEnd.Broken), "user and password_file")]
    [InlineData("454 4.7.0 directory away", nameof(DeliveryEnd.Retry), "454")]
    [InlineData(null, nameof(DeliveryEnd.Sent), "")]
    public async Task A_login_that_is_refused_wants_a_person(string? answer, string end, string problem)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("password"), "pass-word-1\n");
        using var server = new ScriptedMailServer(c => c.StartsWith("AUTH", StringComparison.Ordinal) ? answer : null) { Extensions = ["AUTH PLAIN LOGIN"] };
        var delivery = await Of(server, $"user: u, password_file: {folder.File("password")}").SendAsync(Told, CancellationToken.None);
        delivery.End.ToString().ShouldBe(end);
        delivery.Problem.ShouldContain(problem);
        delivery.Problem.ShouldNotContain("pass-word-1");
    }

    [Fact]
    public async Task A_server_without_a_login_and_a_password_file_that_is_gone_are_told()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("password"), "pass-word-1\n");
        using var server = new ScriptedMailServer();
        var notifier = Of(server, $"user: u, password_file: {folder.File("password")}");
        (await notifier.SendAsync(Told, CancellationToken.None)).ShouldSatisfyAllConditions(
            d => d.End.ShouldBe(DeliveryEnd.Broken), d => d.Problem.ShouldContain("takes no login"));
        File.Delete(folder.File("password"));
        (await notifier.SendAsync(Told, CancellationToken.None)).ShouldSatisfyAllConditions(
            d => d.End.ShouldBe(DeliveryEnd.Broken), d => d.Problem.ShouldContain("is not there"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_mail_that_is_too_large_is_cut_and_says_so(bool serverSaysItsSize)
    {
        var refused = 0;
        using var server = new ScriptedMailServer(c => c == "END" && !serverSaysItsSize && ++refused == 1 ? "552 5.3.4 too large" : null)
        {
            Extensions = serverSaysItsSize ? ["SIZE 20000"] : [],
        };
        var digest = new Digest("digest/a", Story.Start, [.. Enumerable.Range(0, 500).Select(n => Notices.Of($"{n}", Story.Recovered(Story.Start)))]);
        (await Of(server).SendAsync(digest, CancellationToken.None)).End.ShouldBe(DeliveryEnd.Sent);
        var mail = server.Mails[^1];
        mail.Length.ShouldBeLessThan(20000);
        Read(mail).TextBody!.ShouldContain("... cut: ");
        Read(mail).HtmlBody!.ShouldContain("... cut: ");
    }

    [Fact]
    public async Task A_mail_that_is_too_large_even_when_cut_is_given_up()
    {
        using var server = new ScriptedMailServer(c => c == "END" ? "552 5.3.4 too large" : null);
        (await Of(server).SendAsync(Told, CancellationToken.None)).End.ShouldBe(DeliveryEnd.Rejected);
        server.Mails.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Mails_about_one_incident_are_one_thread()
    {
        using var server = new ScriptedMailServer();
        var notifier = Of(server);
        await notifier.SendAsync(Told, CancellationToken.None);
        await notifier.SendAsync(Notices.Of(Told.Incident.Id, Story.Recovered(Story.Start), NoticeKind.Resolved), CancellationToken.None);
        var again = Notices.Of("another", Story.Recovered(Story.Start)) with { Flap = new(Told.Incident.Id, 3, Story.Start, false) };
        await notifier.SendAsync(again, CancellationToken.None);
        var mails = server.Mails.Select(Read).ToList();
        mails[0].InReplyTo.ShouldBeNull();
        mails[0].References.ShouldBeEmpty();
        mails.Skip(1).ShouldAllBe(m => m.InReplyTo == mails[0].MessageId && m.References.Single() == mails[0].MessageId);
        mails.Select(m => m.MessageId).ShouldBeUnique();
    }

    [Fact]
    public async Task Text_of_others_makes_neither_a_header_nor_an_element()
    {
        using var server = new ScriptedMailServer();
        var hostile = Notices.Of("h", [new Suspected(Story.Start, Told.Incident.Fault, Subject("e\r\nBcc: x@evil.example\r\n\r\n<b>"), "p",
            "<script>alert(1)</script>\r\n.\r\n--=_npu-agent\r\nContent-Type: text/html\r\n", [])]);
        await Of(server).SendAsync(hostile, CancellationToken.None);
        server.Recipients.ShouldBe(["a@x.example", "b@x.example"]);
        var mail = Read(server.Mails.ShouldHaveSingleItem());
        mail.Bcc.ShouldBeEmpty();
        mail.Subject!.ShouldContain(@"\r\nBcc: x@evil.example");
        mail.BodyParts.Count().ShouldBe(2);
        mail.HtmlBody!.ShouldNotContain("<script");
        mail.HtmlBody!.ShouldContain("&lt;script&gt;");
        mail.TextBody!.ShouldContain("<script>alert(1)</script>");
    }

    [Theory]
    [InlineData(Language.English)]
    [InlineData(Language.Chinese)]
    public void Mails_are_as_they_were_accepted(Language language)
    {
        var notifier = new MailNotifier(
            Receivers.Of("mail",
                "name: m, server: mail.example, from: \"NPU agent <npu@x.example>\", to: [a@x.example, b@x.example], pages: \"http://h:9470/\""),
            Receivers.Parts(new FakeTimeProvider(Story.Start.AddMinutes(1)), language));
        Notice[] told =
        [
            Told with { Engines = [new("deepseek", false)] },
            Notices.Of(Told.Incident.Id, Story.Recovered(Story.Start), NoticeKind.Resolved) with { Engines = [new("deepseek", true)] },
            new TestNotice("test/1", Story.Start),
        ];
        string.Join("\n", told.Select(notifier.Preview)).ShouldMatchApproved(c => c.WithDiscriminator($"{language}").WithFileExtension(".txt"));
    }

    private static Domain.Observations.Subject Subject(string engine) => Domain.Observations.Subject.Engine(engine);

    private static MimeKit.MimeMessage Read(string mail) => MimeKit.MimeMessage.Load(new MemoryStream(System.Text.Encoding.Latin1.GetBytes(mail)));

    private static MailNotifier Of(ScriptedMailServer server, string more = "", string to = "[a@x.example, b@x.example]") =>
        Of(server.Port, more, to);

    private static MailNotifier Of(int port, string more = "", string to = "[a@x.example, b@x.example]") => new(
        Receivers.Of("mail", $"name: m, server: 127.0.0.1, port: {port}, security: none, from: npu@x.example, to: {to}{(more.Length > 0 ? ", " : "")}{more}"),
        Receivers.Parts(TimeProvider.System));
}
