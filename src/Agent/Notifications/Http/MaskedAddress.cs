namespace Agent.Notifications.Http;

/// <summary>An address without what opens it: robots of chats have their key in the query or in the last part of the path.</summary>
internal static class MaskedAddress
{
    public const string Mask = "***";

    private const int ShortestKey = 16;

    public static string Of(Uri address)
    {
        var parts = address.AbsolutePath.Split('/').Select(p => p.Length >= ShortestKey ? Mask : p);
        var query = address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => $"{p.Split('=')[0]}={Mask}").ToList();
        return $"{address.Scheme}://{address.Authority}{string.Join('/', parts)}{(query.Count > 0 ? "?" : "")}{string.Join('&', query)}";
    }
}
