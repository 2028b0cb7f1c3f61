using System.Globalization;
using System.Net.Sockets;
using Agent.Adapters.Processes;
using Agent.Web;

namespace Agent.Tests.Web;

public sealed class CallerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_kernel_says_who_is_at_the_other_end_of_a_socket()
    {
        var path = Path.Combine(_folder.Path, "s");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(path));
        using var server = listener.Accept();
        var self = File.ReadLines("/proc/self/status").Single(l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2];
        var peer = SocketPeer.Of(server)!.Value;
        (peer.Process, peer.User).ShouldBe((Environment.ProcessId, uint.Parse(self, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void On_TCP_the_kernel_says_nothing()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        SocketPeer.Of(socket).ShouldBeNull();
        new Caller(null, null, null).Text("alice").ShouldBe("alice");
        new Caller(null, null, null).Text(null).ShouldBe("somebody");
    }

    [Fact]
    public void Users_have_names_or_none()
    {
        UserNames.Of(0).ShouldBe("root");
        UserNames.Of(3_999_999_999).ShouldBeNull();
    }

    [Fact]
    public void What_the_kernel_says_and_what_the_client_says_stay_apart()
    {
        new Caller(new SocketPeer(7, 1001, 992), "alice", "curl").Text("root").ShouldBe("alice (uid 1001, gid 992, pid 7 'curl', says for root)");
        new Caller(new SocketPeer(0, 1001, 992), null, null).Text(null).ShouldBe("a user without a name (uid 1001, gid 992, a process of another container)");
    }
}
