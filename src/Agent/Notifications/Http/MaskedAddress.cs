namespace Agent.Notifications.Http;

/// <summary>An address without what opens it: robots of chats have their key in the query or in the last part of the path.</summary>
internal static class MaskedAddress
{
    public const string Mask = "***";

    private const int ShortestKey = 16;
    private const int ShortestKeyInText = 8;

    public static string Of(Uri address)
    {
        var parts = address.AbsolutePath.Split('/').Select(p => p.Length >= ShortestKey ? Mask : p);
        var query = address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => $"{p.Split('=')[0]}={Mask}").ToList();
        return $"{address.Scheme}://{address.Authority}{string.Join('/', parts)}{(query.Count > 0 ? "?" : "")}{string.Join('&', query)}";
    }

    /// <summary>A text of whoever was asked at the address, without the keys in it.</summary>
    public static string In(string text, Uri address) => address.AbsolutePath.Split('/')
        .Concat(address.Query.TrimStart('?').Split('&').Select(p => p[(p.IndexOf('=', StringComparison.Ordinal) + 1)..]))
        .Where(p => p.Length >= ShortestKeyInText)
        .Aggregate(text, (masked, key) => masked.Replace(key, Mask, StringComparison.OrdinalIgnoreCase));
}
