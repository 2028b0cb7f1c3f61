using Agent.Adapters.Processes;
using Agent.ForeignText;
using Microsoft.AspNetCore.Connections.Features;

namespace Agent.Web;

/// <summary>
/// The caller on the control socket. User, group and process are the kernel's word. The client's own words about itself, and the program's name,
/// which a process may choose, are shown as such.
/// </summary>
internal sealed record Caller(SocketPeer? Peer, string? User, string? Program)
{
    private static readonly TimeSpan NameLimit = TimeSpan.FromSeconds(3);

    public static async Task<Caller> OfAsync(HttpContext context)
    {
        if (context.Features.Get<IConnectionSocketFeature>() is not { } connection || SocketPeer.Of(connection.Socket) is not { } peer)
            return new Caller(null, null, null);
        return new Caller(peer, await NameAsync(peer.User), CommandOf(peer.Process));
    }

    /// <param name="claimed">The user for whom the client says that it asks.</param>
    public string Text(string? claimed)
    {
        if (Peer is not { } peer)
            return claimed ?? "somebody";
        var process = peer.Process > 0 ? $"pid {peer.Process}" : "a process of another container";
        var says = claimed is null ? "" : $", says for {claimed}";
        return $"{User ?? "a user without a name"} (uid {peer.User}, gid {peer.Group}, {process}{(Program is null ? "" : $" '{Program}'")}{says})";
    }

    private static string? CommandOf(int process)
    {
        try
        {
            return process > 0 ? Printable.Of(File.ReadAllText($"/proc/{process}/comm").TrimEnd('\n')) : null;
        }
        catch (Exception away) when (away is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A directory of users that is away (LDAP) does not hold up the request: the number then stands for the name.</summary>
    private static async Task<string?> NameAsync(uint user)
    {
        try
        {
            return await Task.Run(() => UserNames.Of(user)).WaitAsync(NameLimit) is { } name ? Printable.Of(name) : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }
}
