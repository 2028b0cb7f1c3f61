using System.Security.Cryptography.X509Certificates;
using Agent.Notifications;
using Agent.Notifications.Channels;

namespace Agent.Tests.Notifications.Mail;

public sealed class MailSecurityTests : IDisposable
{
    private static readonly TestNotice Test = new("test/1", Story.Start);

    private readonly TemporaryFolder _folder = new();
    private readonly X509Certificate2 _certificate = OwnCertificate.For("127.0.0.1");

    public MailSecurityTests()
    {
        File.WriteAllText(_folder.File("ca.pem"), _certificate.ExportCertificatePem());
        File.WriteAllText(_folder.File("password"), "pass-word-1\n");
    }

    [Theory]
    [InlineData("starttls")]
    [InlineData("tls")]
    public async Task A_certificate_that_is_trusted_lets_mail_and_password_pass(string security)
    {
        using var server = new ScriptedMailServer(null, _certificate) { Extensions = ["STARTTLS", "AUTH PLAIN"], IsImplicit = security == "tls" };
        (await SendAsync(server, security, "ca.pem")).ShouldBe(Delivery.Sent);
        server.Mails.ShouldHaveSingleItem();
        server.Commands.Contains("STARTTLS").ShouldBe(security == "starttls");
    }

    [Theory]
    [InlineData("starttls")]
    [InlineData("tls")]
    public async Task A_certificate_that_is_not_trusted_lets_neither_pass(string security)
    {
        using var server = new ScriptedMailServer(null, _certificate) { Extensions = ["STARTTLS", "AUTH PLAIN"], IsImplicit = security == "tls" };
        await IsBrokenAsync(server, security, null, "is not trusted");
    }

    [Fact]
    public async Task A_certificate_for_another_name_lets_neither_pass()
    {
        using var other = OwnCertificate.For("127.0.0.2");
        File.WriteAllText(_folder.File("other.pem"), other.ExportCertificatePem());
        using var server = new ScriptedMailServer(null, other) { Extensions = ["STARTTLS", "AUTH PLAIN"] };
        await IsBrokenAsync(server, "starttls", "other.pem", "another name");
    }

    [Fact]
    public async Task A_server_that_offers_no_tls_gets_nothing_in_plain_text()
    {
        using var server = new ScriptedMailServer { Extensions = ["AUTH PLAIN"] };
        await IsBrokenAsync(server, "starttls", "ca.pem", "offers no STARTTLS");
        await IsBrokenAsync(server, "tls", "ca.pem", "speaks no TLS");
    }

    [Fact]
    public async Task A_file_of_certificates_that_is_gone_is_told()
    {
        using var server = new ScriptedMailServer();
        await IsBrokenAsync(server, "starttls", "gone.pem", "ca_file cannot be read");
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Dispose();
    }

    private async Task IsBrokenAsync(ScriptedMailServer server, string security, string? ca, string problem)
    {
        var delivery = await SendAsync(server, security, ca);
        delivery.End.ShouldBe(DeliveryEnd.Broken);
        delivery.Problem.ShouldContain(problem);
        server.Commands.ShouldNotContain(c => c.StartsWith("AUTH", StringComparison.Ordinal) || c.StartsWith("MAIL", StringComparison.Ordinal));
    }

    private Task<Delivery> SendAsync(ScriptedMailServer server, string security, string? ca) => new MailNotifier(
        Receivers.Of("mail", $"name: m, server: 127.0.0.1, port: {server.Port}, security: {security}, from: npu@x.example, to: [a@x.example], timeout: 20s, "
            + $"user: u, password_file: {_folder.File("password")}{(ca is null ? "" : $", ca_file: {_folder.File(ca)}")}"),
        Receivers.Parts(TimeProvider.System)).SendAsync(Test, CancellationToken.None);
}
