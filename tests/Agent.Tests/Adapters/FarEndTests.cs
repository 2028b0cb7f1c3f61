using System.Net;
using Agent.Adapters.Processes;

namespace Agent.Tests.Adapters;

/// <summary>Tables of sockets as Linux 6 prints them on little-endian processors. User 990 has the port, user 1001 would like to.</summary>
public sealed class FarEndTests : IDisposable
{
    private const string Head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
    private const string Engine = "   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000   990        0 7001 1 0 100 0 0 10 0\n";
    private const string EngineAnywhere = "   0: 00000000:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000   990        0 7001 1 0 100 0 0 10 0\n";
    private const string StrangerAnywhere =
        "   0: 00000000:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 7002 1 0 100 0 0 10 0\n";
    private const string StrangerHere = "   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 7002 1 0 100 0 0 10 0\n";
    private const string StrangerElsewhere =
        "   1: 0200007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 7002 1 0 100 0 0 10 0\n";
    private const string OtherPort = "   1: 00000000:1F41 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 7003 1 0 100 0 0 10 0\n";
    private const string EngineAnywhere6 =
        "   0: 00000000000000000000000000000000:1F40 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000   990        0 7001 1 0 "
        + "100 0 0 10 0\n";
    private const string StrangerAnywhere6 =
        "   0: 00000000000000000000000000000000:1F40 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 7002 1 0 "
        + "100 0 0 10 0\n";

    // 127.0.0.1:8000 towards 127.0.0.1:40001.
    private const string Accepted = "   2: 0100007F:1F40 0100007F:9C41 01 00000000:00000000 00:00000000 00000000   990        0 7010 1 0 20 4 30 10 -1\n";
    private const string NotYetAccepted = "   2: 0100007F:1F40 0100007F:9C41 01 00000000:00000000 00:00000000 00000000     0        0 0 1 0 20 4 30 10 -1\n";
    private const string AcceptedByStranger =
        "   2: 0100007F:1F40 0100007F:9C41 01 00000000:00000000 00:00000000 00000000  1001        0 7011 1 0 20 4 30 10 -1\n";
    private const string OwnSide = "   3: 0100007F:9C41 0100007F:1F40 01 00000000:00000000 00:00000000 00000000   990        0 7012 1 0 20 4 30 10 -1\n";
    private const string Accepted6 =
        "   2: 0000000000000000FFFF00000100007F:1F40 0000000000000000FFFF00000100007F:9C41 01 00000000:00000000 00:00000000 00000000   990        0 7010 1 0 "
        + "20 4 30 10 -1\n";

    private static readonly IPEndPoint Near = new(IPAddress.Loopback, 40001);
    private static readonly IPEndPoint Far = new(IPAddress.Loopback, 8000);

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("", "", null)]
    [InlineData(Engine + OtherPort, "", null)]
    [InlineData(EngineAnywhere, "", null)]
    [InlineData(Engine + StrangerElsewhere, "", null)]
    [InlineData("", EngineAnywhere6, null)]
    [InlineData(StrangerHere, "", "listened on by a process of user 1001")]
    [InlineData(StrangerAnywhere, "", "listened on by a process of user 1001")]
    [InlineData("", StrangerAnywhere6, "listened on by a process of user 1001")]
    [InlineData(Engine + StrangerAnywhere, "", "listened on by a process of user 1001")]
    [InlineData(StrangerHere + Engine, "", "listened on by a process of user 1001")]
    [InlineData(EngineAnywhere, StrangerAnywhere6, null)]
    public void Every_socket_that_could_take_a_connection_has_to_be_known(string version4, string version6, string? stranger) =>
        Holds(version4, version6, null, Far, stranger);

    [Fact]
    public void An_address_of_IPv6_is_taken_by_servers_for_IPv6()
    {
        Holds(StrangerAnywhere, EngineAnywhere6, null, new(IPAddress.IPv6Loopback, 8000), null);
        Holds(EngineAnywhere, StrangerAnywhere6, null, new(IPAddress.IPv6Loopback, 8000), "user 1001");
    }

    [Theory]
    [InlineData(Engine + Accepted + OwnSide, "", null)]
    [InlineData(Engine + NotYetAccepted + OwnSide, "", null)]
    [InlineData("", EngineAnywhere6 + Accepted6, null)]
    [InlineData(Engine + AcceptedByStranger + OwnSide, "", "answered by a process of user 1001")]
    [InlineData(StrangerHere + NotYetAccepted, "", "listened on by a process of user 1001")]
    [InlineData(Engine + OwnSide, "", "does not show")]
    [InlineData(NotYetAccepted + OwnSide, "", "does not show")]
    [InlineData("", "", "does not show")]
    public void A_connection_that_is_there_has_to_be_in_known_hands(string version4, string version6, string? stranger) =>
        Holds(version4, version6, Near, Far, stranger);

    public void Dispose() => _folder.Dispose();

    private void Holds(string version4, string version6, IPEndPoint? near, IPEndPoint far, string? stranger)
    {
        Directory.CreateDirectory(_folder.File("proc/net"));
        File.WriteAllText(_folder.File("proc/net/tcp"), Head + version4);
        File.WriteAllText(_folder.File("proc/net/tcp6"), Head + version6);
        var root = _folder.File("proc");
        var found = new FarEnd(new SocketTable(root), new OpenFiles(root), new ProcessTable(root)).Stranger(near, far, use => use.User == 990);
        if (stranger is null)
            found.ShouldBeNull();
        else
            found.ShouldNotBeNull().ShouldContain(stranger);
    }
}
