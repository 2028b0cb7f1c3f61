using System.Net;
using Agent.Web;
using Microsoft.AspNetCore.Http;

namespace Agent.Tests.Web;

/// <summary>A page in an operator's browser can make its own name resolve to this host; the Host header still has that name.</summary>
public sealed class ListenerGateTests
{
    private static readonly string[] Own = ["npu-host-1", "npu-host-1.example.com"];

    private readonly List<string> _told = [];

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:9470")]
    [InlineData("LOCALHOST.:8080")]
    [InlineData("localhost:")]
    [InlineData("127.0.0.1:9470")]
    [InlineData("127.8.7.6")]
    [InlineData("[::1]")]
    [InlineData("[::1]:9470")]
    [InlineData("[0:0:0:0:0:0:0:1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("10.0.0.5")]
    [InlineData("[::ffff:a00:5]:9470")]
    [InlineData("npu-host-1:9470")]
    [InlineData("NPU-Host-1.example.com.:9470")]
    [InlineData("metrics_of.b\u00fccher.example", "xn--bcher-kva.example", "metrics_of.xn--bcher-kva.example")]
    public void Names_of_this_host_answer(string host, params string[] configured) => Refusal(Ascii(host), listen: "10.0.0.5:9470", configured).ShouldBeNull();

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:9470")]
    [InlineData("localhost.evil.example")]
    [InlineData("npu-host-1.evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("127.0.0.1.:9470")]
    [InlineData("127.1")]
    [InlineData("127.1.")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0177.0.0.1")]
    [InlineData("10.0.0.6")]
    [InlineData("0.0.0.0")]
    [InlineData("[::]")]
    [InlineData("[fe80::1%25eth0]")]
    [InlineData("[fe80::1%eth0]:9470")]
    [InlineData("[::1%lo]")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("[localhost]")]
    [InlineData("user@localhost")]
    [InlineData("localhost:9470@evil.example")]
    [InlineData("evil.example@localhost")]
    [InlineData("http://localhost")]
    [InlineData("localhost/")]
    [InlineData("localhost, evil.example")]
    [InlineData("localhost evil.example")]
    [InlineData("localhost:port")]
    [InlineData("localhost:123456")]
    [InlineData("localhost:80:80")]
    [InlineData("localhost..")]
    [InlineData("localhost\n")]
    [InlineData(" localhost")]
    [InlineData("\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54")]
    [InlineData(".")]
    [InlineData(":9470")]
    [InlineData("")]
    public void Every_other_name_is_refused(string host) => Refusal(host, listen: "10.0.0.5:9470")!.Status.ShouldBe(421);

    [Fact]
    public void A_refusal_names_the_setting_and_is_told_once_a_name()
    {
        Refusal("evil.example:9470")!.Text.ShouldBe(
            "this listener does not answer to the name 'evil.example'; if it is a name of this host, add it to listen_names in agent.yaml");
        var gate = Gate("127.0.0.1:9470");
        for (var i = 0; i < 100; i++)
        {
            gate.Refuse(Request("evil.example"));
            gate.Refuse(Request($"evil-{i}.example"));
        }

        _told.Count(t => t.Contains("'evil.example'", StringComparison.Ordinal)).ShouldBe(2);
        _told.Count.ShouldBeLessThanOrEqualTo(12);
    }

    [Fact]
    public void A_name_of_the_greatest_length_is_no_error() => Refusal(string.Join('.', Enumerable.Repeat(new string('a', 60), 40)))!.Status.ShouldBe(421);

    [Theory]
    [InlineData("0.0.0.0:9470")]
    [InlineData("[::]:9470")]
    public void A_listener_on_every_address_answers_to_addresses_which_cannot_be_made_to_mean_another_host(string listen)
    {
        Refusal("192.0.2.7:9470", listen).ShouldBeNull();
        Refusal("[2001:db8::7]:9470", listen).ShouldBeNull();
        Refusal("evil.example", listen).ShouldNotBeNull();
    }

    [Fact]
    public void No_Host_and_two_Hosts_are_refused()
    {
        var none = Request("localhost");
        none.Headers.Remove("Host");
        Gate("127.0.0.1:9470").Refuse(none)!.Text.ShouldContain("one Host header");
        var two = Request("localhost");
        two.Headers.Host = new(["localhost", "localhost"]);
        Gate("127.0.0.1:9470").Refuse(two)!.Text.ShouldContain("one Host header");
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "")]
    public void A_page_of_another_site_is_refused(string header, string value)
    {
        var request = Request("localhost");
        request.Headers[header] = value;
        Gate("127.0.0.1:9470").Refuse(request)!.Status.ShouldBe(403);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("same-origin")]
    public void A_person_who_opens_the_address_is_answered(string site)
    {
        var request = Request("localhost");
        request.Headers["Sec-Fetch-Site"] = site;
        Gate("127.0.0.1:9470").Refuse(request).ShouldBeNull();
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("OPTIONS")]
    [InlineData("CONNECT")]
    [InlineData("get")]
    [InlineData("PURGE")]
    public void Whatever_does_not_read_is_refused(string method)
    {
        var request = Request("localhost");
        request.Method = method;
        (Gate("127.0.0.1:9470").Refuse(request)?.Status).ShouldBe(method == "get" ? null : 403);
    }

    private static string Ascii(string host) => host.Replace("b\u00fccher", "xn--bcher-kva", StringComparison.Ordinal);

    private static HttpRequest Request(string host)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = "GET";
        request.Headers.Host = host;
        return request;
    }

    private ListenerGate Gate(string listen, params string[] configured) => new(new ListenerNames(IPEndPoint.Parse(listen), configured, Own), _told.Add);

    private Refusal? Refusal(string host, string listen = "127.0.0.1:9470", params string[] configured) => Gate(listen, configured).Refuse(Request(host));
}
