using System.Net;
using System.Net.Sockets;
using Agent.Notifications;
using Agent.Notifications.Http;

namespace Agent.Tests.Notifications;

public sealed class HttpReceiverTests
{
    [Theory]
    [InlineData(200, nameof(DeliveryEnd.Sent), null)]
    [InlineData(204, nameof(DeliveryEnd.Sent), null)]
    [InlineData(302, nameof(DeliveryEnd.Broken), null)]
    [InlineData(401, nameof(DeliveryEnd.Broken), null)]
    [InlineData(403, nameof(DeliveryEnd.Broken), null)]
    [InlineData(404, nameof(DeliveryEnd.Broken), null)]
    [InlineData(407, nameof(DeliveryEnd.Broken), null)]
    [InlineData(410, nameof(DeliveryEnd.Broken), null)]
    [InlineData(400, nameof(DeliveryEnd.Rejected), null)]
    [InlineData(408, nameof(DeliveryEnd.Retry), null)]
    [InlineData(429, nameof(DeliveryEnd.Retry), 17)]
    [InlineData(503, nameof(DeliveryEnd.Retry), 17)]
    public async Task The_status_is_the_verdict(int status, string end, int? retryAfter)
    {
        using var receiver = new OneAnswer(status, retryAfter);
        var delivery = await PostAsync(receiver.Address);
        delivery.End.ToString().ShouldBe(end);
        delivery.RetryAfter.ShouldBe(retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        receiver.Body.ShouldBe("{}");
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_tried_again_and_its_address_is_not_told()
    {
        var delivery = await PostAsync(new Uri("http://127.0.0.1:1/hook?token=hidden"));
        delivery.End.ShouldBe(DeliveryEnd.Retry);
        delivery.Problem.ShouldContain("cannot be reached");
        delivery.Problem.ShouldNotContain("hidden");
        delivery.HoldsChannel.ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_site_needs_is_sent_and_a_preview_masks_it()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("password"), "a-password\n");
        File.WriteAllText(folder.File("token"), "a-token\n");
        using var basic = new OneAnswer(200);
        await PostAsync(basic.Address, $", headers: {{ X-Scope-OrgID: a-tenant }}, user: me, password_file: {folder.File("password")}");
        basic.Headers["Authorization"].ShouldBe("Basic " + Convert.ToBase64String("me:a-password"u8));
        basic.Headers["X-Scope-OrgID"].ShouldBe("a-tenant");
        basic.Headers["User-Agent"].ShouldBe("npu-agent");
        using var bearer = new OneAnswer(200);
        await PostAsync(bearer.Address, $", bearer_token_file: {folder.File("token")}");
        bearer.Headers["Authorization"].ShouldBe("Bearer a-token");

        var address = new Uri("https://chat.example/hook/0123456789abcdef0123?access_token=a-key&lang=en");
        var receiver = new HttpReceiver(Receivers.Of("webhooks",
            $"name: a, url: \"{address}\", headers: {{ X-Scope-OrgID: a-tenant }}, bearer_token_file: {folder.File("token")}"));
        receiver.Preview(new HttpPost(address, "{}") { Headers = new Dictionary<string, string> { ["x-sign"] = "a-sign", ["x-id"] = "7" }, SecretHeaders = ["x-sign"] })
            .ReplaceLineEndings("\n").ShouldBe(
                "POST https://chat.example/hook/***?access_token=***&lang=***\nContent-Type: application/json; charset=utf-8\nx-sign: ***\nx-id: 7\n"
                + "X-Scope-OrgID: ***\nAuthorization: Bearer ***\n\n{}\n");
    }

    [Fact]
    public async Task A_request_goes_through_the_configured_proxy_and_through_no_other()
    {
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        var posted = PostAsync(new Uri("http://receiver.invalid/hook"), $", proxy: \"http://{proxy.LocalEndpoint}\"");
        using var client = await proxy.AcceptTcpClientAsync();
        using var reader = new StreamReader(client.GetStream());
        (await reader.ReadLineAsync()).ShouldBe("POST http://receiver.invalid/hook HTTP/1.1");
        await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        (await posted).ShouldBe(Delivery.Sent);
        (await PostAsync(new Uri("http://receiver.invalid/hook"))).Problem.ShouldBe("cannot be reached: its name is not known (NameResolutionError)");
    }

    [Fact]
    public async Task A_password_that_is_gone_breaks_the_channel_and_is_told_with_its_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("token"), "a-token\n");
        var receiver = Receivers.Of("webhooks", $"name: a, url: \"http://127.0.0.1:1/\", bearer_token_file: {folder.File("token")}");
        File.Delete(folder.File("token"));
        var delivery = await new HttpReceiver(receiver).PostAsync(new HttpPost(new Uri("http://127.0.0.1:1/"), "{}"), a => a.ByStatus(), false, CancellationToken.None);
        delivery.End.ShouldBe(DeliveryEnd.Broken);
        delivery.Problem.ShouldStartWith($"bearer_token_file {folder.File("token")} is not there");
    }

    /// <summary>An own authority is trusted where its file says so, and nowhere else.</summary>
    [Fact]
    public async Task A_receiver_with_a_certificate_of_ones_own_is_reached_by_ca_file_alone()
    {
        using var folder = new TemporaryFolder();
        using var receiver = new TlsAnswer();
        File.WriteAllText(folder.File("ca.pem"), receiver.Pem);
        (await PostAsync(receiver.Address, $", ca_file: {folder.File("ca.pem")}")).ShouldBe(Delivery.Sent);
        var refused = await PostAsync(receiver.Address);
        refused.End.ShouldBe(DeliveryEnd.Retry);
        refused.Problem.ShouldContain("its certificate is not trusted");
    }

    private static Task<Delivery> PostAsync(Uri address, string settings = "", bool readsAnswer = false) =>
        new HttpReceiver(Receivers.Of("webhooks", $"name: a, url: \"{address}\"{settings}"))
            .PostAsync(new HttpPost(address, "{}"), answer => answer.ByStatus(), readsAnswer, CancellationToken.None);
}
