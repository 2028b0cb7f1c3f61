using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Notifications;
using Agent.Notifications.Channels;

namespace Agent.Tests.Notifications.Syslog;

public sealed class SyslogNotifierTests
{
    private const string Mark = "\uFEFF";
    private static readonly IncidentNotice Told = Notices.Of("20260301-030000-000", Story.Recovered(Story.Start).Take(2));

    [Theory]
    [InlineData(Language.English)]
    [InlineData(Language.Chinese)]
    public void Records_are_as_they_were_accepted(Language language)
    {
        Notice[] told =
        [
            Told, Notices.Of("20260301-030000-000", Story.Recovered(Story.Start), NoticeKind.Resolved),
            new HeartbeatNotice("h", Story.Start, 0, [new("deepseek", true)]), new TestNotice("t", Story.Start),
        ];
        string.Concat(told.Select(n => Of("udp://127.0.0.1", language: language).Preview(n)))
            .Replace($" npu-agent {Environment.ProcessId} ", " npu-agent PID ", StringComparison.Ordinal)
            .ShouldMatchApproved(c => c.WithDiscriminator($"{language}").WithFileExtension(".txt"));
    }

    [Theory]
    [InlineData(FaultCodes.EngineExited, NoticeKind.Confirmed, "local0", 130)]
    [InlineData(FaultCodes.ChipWarning, NoticeKind.Confirmed, "local0", 132)]
    [InlineData(FaultCodes.EngineExited, NoticeKind.Resolved, "local0", 133)]
    [InlineData(FaultCodes.EngineExited, NoticeKind.Confirmed, "daemon", 26)]
    [InlineData(FaultCodes.EngineExited, NoticeKind.Confirmed, "local7", 186)]
    public void The_severity_of_a_fault_is_that_of_its_record(string fault, string kind, string facility, int priority) =>
        Of("udp://127.0.0.1", $"facility: {facility}").Preview(Told with { Kind = kind, Fault = FaultCatalog.Default[fault] })
            .ShouldContain($"\n<{priority}>1 ");

    [Fact]
    public async Task A_record_over_udp_comes_whole_and_no_longer_than_a_receiver_takes()
    {
        using var socket = Bound(AddressFamily.InterNetwork, ProtocolType.Udp, new IPEndPoint(IPAddress.Loopback, 0));
        var notifier = Of($"udp://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}");
        (await notifier.SendAsync(Told, CancellationToken.None)).ShouldBe(Delivery.Sent);
        (await GotAsync(socket)).ShouldStartWith("<130>1 2026-03-01T03:00:00.000000+00:00 host1 npu-agent ");
        (await notifier.SendAsync(Long(), CancellationToken.None)).ShouldBe(Delivery.Sent);
        var cut = await GotAsync(socket);
        Encoding.UTF8.GetByteCount(cut).ShouldBeInRange(2040, 2048);
        cut.ShouldContain(" ... cut: ");
    }

    [Fact]
    public async Task A_record_goes_into_the_socket_of_this_host_as_its_own_programs_write()
    {
        using var folder = new TemporaryFolder();
        using var socket = Bound(AddressFamily.Unix, ProtocolType.Unspecified, new UnixDomainSocketEndPoint(folder.File("log")));
        (await Of($"unix:{folder.File("log")}").SendAsync(Told, CancellationToken.None)).ShouldBe(Delivery.Sent);
        (await GotAsync(socket)).ShouldMatch(
            """^<130>(?:Feb|Mar) [ 2][18] ..:..:00 npu-agent\[[0-9]+\]: engine-exited/confirmed \[npu-agent@32473 incident="2026.*"\] host1, """);
    }

    [Fact]
    public async Task A_record_over_tcp_has_its_length_before_it()
    {
        using var server = new ScriptedSyslog();
        (await Of($"tcp://127.0.0.1:{server.Port}").SendAsync(Long(), CancellationToken.None)).ShouldBe(Delivery.Sent);
        IsFramed(await server.Got);
    }

    [Fact]
    public async Task A_record_over_tls_goes_to_a_certificate_that_is_trusted_alone()
    {
        using var folder = new TemporaryFolder();
        using var certificate = OwnCertificate.For("127.0.0.1");
        File.WriteAllText(folder.File("ca.pem"), certificate.ExportCertificatePem());
        using (var server = new ScriptedSyslog(certificate))
        {
            (await Of($"tls://127.0.0.1:{server.Port}", $"ca_file: {folder.File("ca.pem")}").SendAsync(Told, CancellationToken.None)).ShouldBe(Delivery.Sent);
            IsFramed(await server.Got);
        }

        using (var server = new ScriptedSyslog(certificate))
        {
            var delivery = await Of($"tls://127.0.0.1:{server.Port}").SendAsync(Told, CancellationToken.None);
            delivery.End.ShouldBe(DeliveryEnd.Broken);
            delivery.Problem.ShouldContain("certificate is not trusted");
            (await server.Got).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_daemon_that_breaks_the_connection_is_told_again()
    {
        using var server = new ScriptedSyslog(breaks: true);
        var delivery = await Of($"tcp://127.0.0.1:{server.Port}").SendAsync(Told, CancellationToken.None);
        delivery.End.ShouldBe(DeliveryEnd.Retry);
        delivery.Problem.ShouldContain("ended the connection");
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    [InlineData("tls")]
    public async Task A_daemon_that_is_not_there_is_told_again(string scheme)
    {
        int port;
        using (var gone = new ScriptedSyslog())
            port = gone.Port;
        (await Of($"{scheme}://127.0.0.1:{port}").SendAsync(Told, CancellationToken.None))
            .ShouldBe(Delivery.Away("cannot be reached: nothing answers there (ConnectionRefused)"));
    }

    [Fact]
    public async Task A_socket_that_is_not_there_is_told_again()
    {
        using var folder = new TemporaryFolder();
        var delivery = await Of($"unix:{folder.File("log")}").SendAsync(Told, CancellationToken.None);
        delivery.End.ShouldBe(DeliveryEnd.Retry);
        delivery.Problem.ShouldContain("nothing answers there");
    }

    [Fact]
    public void Text_of_others_breaks_neither_a_record_nor_its_data()
    {
        var hostile = Notices.Of("h",
            [new Suspected(Story.Start, FaultCodes.EngineExited, Subject.Engine("e\"] \\\n<0>x"), "p", "one\ntwo\u0000\u001b[2J<0>three", [])]);
        var record = Of("udp://127.0.0.1").Preview(hostile).Split('\n', 2)[1].TrimEnd('\n');
        record.ShouldNotContain(c => char.IsControl(c));
        record.ShouldContain("""subject="engine:e\"\] \\\\n<0>x" """);
        record.ShouldContain(@"one\ntwo\u0000\u001b[2J<0>three");
    }

    [Fact]
    public void The_data_of_a_record_leaves_room_for_its_text()
    {
        var long1 = Told with { Incident = Story.Fold(new string(']', 5000), Story.Recovered(Story.Start)) };
        var record = Of("udp://127.0.0.1").Preview(long1).Split('\n', 2)[1];
        Encoding.UTF8.GetByteCount(record[..record.IndexOf(Mark, StringComparison.Ordinal)]).ShouldBeLessThan(1024);
        record.ShouldContain("host1, engine deepseek");
    }

    private static void IsFramed(string got)
    {
        var length = got[..got.IndexOf(' ', StringComparison.Ordinal)];
        var record = got[(length.Length + 1)..];
        Encoding.UTF8.GetByteCount(record).ShouldBe(int.Parse(length, CultureInfo.InvariantCulture));
        record.ShouldStartWith("<130>1 ");
        record.Length.ShouldBeLessThanOrEqualTo(8192);
    }

    private static IncidentNotice Long() => Notices.Of("h",
        [new Suspected(Story.Start, FaultCodes.EngineExited, Story.Engine, "p", "x", [])]) with
    {
        Engines = [.. Enumerable.Range(0, 900).Select(n => new EngineServes($"引擎{n}", false))],
    };

    private static Socket Bound(AddressFamily family, ProtocolType protocol, EndPoint place)
    {
        var socket = new Socket(family, SocketType.Dgram, protocol);
        socket.Bind(place);
        return socket;
    }

    private static async Task<string> GotAsync(Socket socket)
    {
        var bytes = new byte[65536];
        return Encoding.UTF8.GetString(bytes, 0, await socket.ReceiveAsync(bytes, TestContext.Current.CancellationToken));
    }

    private static SyslogNotifier Of(string address, string more = "", Language language = Language.English) => new(
        Receivers.Of("syslog", $"name: s, address: \"{address}\"{(more.Length > 0 ? ", " : "")}{more}"), Receivers.Parts(TimeProvider.System, language));
}
