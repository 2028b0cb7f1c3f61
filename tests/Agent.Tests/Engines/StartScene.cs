using System.Net;
using System.Net.Sockets;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Configuration;
using Agent.Engines.Chips;
using Agent.Engines.Starting;

namespace Agent.Tests.Engines;

/// <summary>Checks before a start on the real sockets and processes of this machine, with chips that a test describes.</summary>
internal static class StartScene
{
    public static EnginePort Port() => new(new SocketTable(), new OpenFiles(), new ProcessTable());

    public static ChipInventory Chips() =>
        new(new ChipSettings([], null, 500, new Dictionary<string, string>(StringComparer.Ordinal)), "/nowhere", keeps: false);

    /// <summary>Keeps nothing: what a test wants remembered, it looks at itself.</summary>
    public static ChipNumbering Numbering(NpuSmi npuSmi, string stateFolder = "/nowhere", string boot = "a-boot") =>
        new(npuSmi, stateFolder, keeps: stateFolder != "/nowhere", () => boot);

    public static StartChecks Checks(NpuSmi npuSmi) =>
        new(Port(), new ChipOccupants(npuSmi, Chips(), new ProcessTable(), new OpenFiles(), "/dev"), new SharedMemory(new OpenFiles(), "/no/such/folder"),
            new SocketTable());

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
