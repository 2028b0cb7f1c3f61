using Agent.Configuration.Yaml;
using Agent.Domain;

namespace Agent.Notifications.Syslog;

/// <summary>By what a record travels.</summary>
internal enum SyslogTransport
{
    Udp,
    Tcp,
    Tls,

    /// <summary>The socket of this host's own daemon.</summary>
    Local,
}

/// <summary>Where a syslog daemon listens.</summary>
/// <param name="Place">The name of a host, or the path of a socket.</param>
/// <param name="Port">0: a socket of this host.</param>
internal sealed record SyslogAddress(SyslogTransport Transport, string Place, int Port)
{
    private const string LocalScheme = "unix:";

    /// <summary>
    /// How many bytes a record may have. Over UDP every receiver should take 2048 (RFC 5424, 6.1); rsyslog and others cut what is longer than 8 KiB.
    /// </summary>
    public int MostBytes => Transport == SyslogTransport.Udp ? 2048 : 8 * 1024;

    public static SyslogAddress? Read(YamlSection section, string key)
    {
        var text = section.Required(key);
        var (address, problem) = text.Length == 0 ? (null, null) : Parse(text);
        if (problem is not null)
            section.Complain(key, problem);
        return address;
    }

    public override string ToString() => Transport == SyslogTransport.Local ? LocalScheme + Place
        : $"{Words.Of(Transport)}://{(Place.Contains(':') ? $"[{Place}]" : Place)}:{Port}";

    private static (SyslogAddress? Address, string? Problem) Parse(string text)
    {
        if (text.StartsWith(LocalScheme, StringComparison.Ordinal))
        {
            var path = text[LocalScheme.Length..];
            return Path.IsPathFullyQualified(path) ? (new(SyslogTransport.Local, path, 0), null)
                : (null, $"'{text}' names no absolute path; write it as unix:/dev/log");
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || Of(address.Scheme) is not { } transport)
            return (null, $"'{text}' is no address of a syslog daemon; write it as tcp://host:601, tls://host:6514, udp://host:514 or unix:/dev/log");
        if (address.Host.Length == 0 || address.PathAndQuery.Length > 1 || address.UserInfo.Length > 0)
            return (null, $"'{text}' has to be a scheme, a host and a port, such as tls://host:6514");
        var port = address.Port > 0 ? address.Port : transport switch { SyslogTransport.Udp => 514, SyslogTransport.Tls => 6514, _ => 0 };
        return port > 0 ? (new(transport, address.IdnHost, port), null)
            : (null, $"'{text}' names no port, and syslog over TCP has none of its own");
    }

    private static SyslogTransport? Of(string scheme) => scheme switch
    {
        "udp" => SyslogTransport.Udp,
        "tcp" => SyslogTransport.Tcp,
        "tls" => SyslogTransport.Tls,
        _ => null,
    };
}
