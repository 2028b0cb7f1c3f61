using System.Net;
using System.Text.RegularExpressions;
using Agent.Configuration.Host;

namespace Agent.Web;

/// <summary>
/// The names under which the TCP listener answers. A page in an operator's browser can make its own name resolve to this host (DNS rebinding), and
/// would then read everything that the listener shows. But the browser still sends the page's name as Host. An address always means the same host,
/// and the maker of a page does not choose the names of this machine. So addresses of the listener and the machine's own names answer without a
/// setting, and scrapes by host name go on.
/// </summary>
internal sealed partial class ListenerNames
{
    private readonly HashSet<string> _names;
    private readonly bool _everyAddress;

    public ListenerNames(IPEndPoint listen, IEnumerable<string> configured, IEnumerable<string> own)
    {
        var address = HostName.Plain(listen.Address);
        _names = [.. ((IEnumerable<string>)["localhost", address.ToString(), .. configured, .. own]).Select(HostName.Normalize).OfType<string>()];
        _everyAddress = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
    }

    /// <summary>The name or address of a Host header.</summary>
    /// <returns>Null when there is no usable header: no header, user info, a zone, or a port that is no number.</returns>
    public static string? NameIn(string? header) =>
        header is not null && Header().Match(header) is { Success: true } match ? HostName.Normalize(match.Groups["host"].Value) : null;

    public bool Have(string name) =>
        _names.Contains(name) || (IPAddress.TryParse(name, out var address) && (_everyAddress || IPAddress.IsLoopback(address)));

    // Any port is allowed: a tunnel (ssh -L 8080:localhost:9470) has another one.
    [GeneratedRegex(@"^(?<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,254})(:[0-9]{0,5})?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Header();
}
