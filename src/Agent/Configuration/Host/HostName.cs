using System.Globalization;
using System.Net;

namespace Agent.Configuration.Host;

/// <summary>A host's name or address in one spelling: lower case, Punycode, without the final dot; addresses as .NET writes them.</summary>
internal static class HostName
{
    /// <returns>Null when the text is neither. Numbers that only some programs take for an address (127.1, 0x7f000001) and zones are neither.</returns>
    public static string? Normalize(string text)
    {
        var literal = text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : text;
        if (literal.Contains(':', StringComparison.Ordinal))
            return !literal.Contains('%', StringComparison.Ordinal) && IPAddress.TryParse(literal, out var six) ? Plain(six).ToString() : null;
        if (IPAddress.TryParse(text, out var four))
            return four.ToString() == text ? text : null;
        return Uri.CheckHostName(text) == UriHostNameType.Dns ? Punycode(text) : null;
    }

    /// <summary>An IPv4 address that is dressed as an IPv6 one is itself.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static string? Punycode(string name)
    {
        try
        {
            var ascii = new IdnMapping().GetAscii(name.EndsWith('.') ? name[..^1] : name).ToLowerInvariant();
            return IPAddress.TryParse(ascii, out _) ? null : ascii;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
