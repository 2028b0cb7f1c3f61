using System.Net;
using System.Net.NetworkInformation;

namespace Agent.Adapters.Network;

/// <summary>
/// The names by which this machine knows itself: its host name, the other names beside it in the hosts file, and its host name in each search domain.
/// It asks nobody over the network, so a start never waits for a name server.
/// </summary>
internal static class OwnNames
{
    public static IReadOnlyList<string> Read() => OperatingSystem.IsWindows()
        ? Of(Dns.GetHostName(), [], [$"search {IPGlobalProperties.GetIPGlobalProperties().DomainName}"])
        : Of(Dns.GetHostName(), Lines("/etc/hosts"), Lines("/etc/resolv.conf"));

    public static IReadOnlyList<string> Of(string hostName, IEnumerable<string> hosts, IEnumerable<string> resolver)
    {
        var shortName = hostName.Split('.')[0];
        List<string> names = [hostName, shortName];
        foreach (var words in hosts.Select(Words).Where(w => w.Skip(1).Any(IsOwn)))
            names.AddRange(words.Skip(1));
        foreach (var words in resolver.Select(Words).Where(w => w.FirstOrDefault() is "search" or "domain"))
            names.AddRange(words.Skip(1).Where(domain => domain != ".").Select(domain => $"{shortName}.{domain.TrimEnd('.')}"));
        return [.. names.Where(n => n.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];

        bool IsOwn(string name) => name.Equals(hostName, StringComparison.OrdinalIgnoreCase) || name.Equals(shortName, StringComparison.OrdinalIgnoreCase);
    }

    private static string[] Words(string line) => line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception away) when (away is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
