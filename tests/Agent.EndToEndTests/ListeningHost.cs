using System.Net;
using System.Net.Sockets;

namespace Agent.EndToEndTests;

/// <summary>An agent that only watches, for those who talk to its listeners.</summary>
public sealed class ListeningHost : IAsyncLifetime
{
    internal SimulatedHost Host { get; private set; } = null!;

    internal EndPoint Control => new UnixDomainSocketEndPoint(Path.Combine(Host.Folder, "agent.sock"));

    internal EndPoint Listener => new IPEndPoint(IPAddress.Loopback, Host.ListenPort);

    public async ValueTask InitializeAsync()
    {
        Host = await SimulatedHost.UpAsync(change: yaml => "mode: observe\n" + yaml);
        Host.StartAgent();
        await Host.UntilAsync("the daemon answers", async () => (await Host.RunAsync("maintenance", "status")).ExitCode == 0);
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
