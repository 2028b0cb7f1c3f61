namespace Agent.Engines.Throughput;

/// <summary>Running requests in bands that double: 1, 2-4, 5-8, 9-16, ... Tokens per second can be compared within one band.</summary>
internal static class ConcurrencyBand
{
    /// <summary>No engine runs so many requests. A page of metrics may hold any number.</summary>
    private const double Most = 1_000_000;

    /// <returns>Null when nothing runs, and when the value is no number of requests.</returns>
    public static string? Of(double running)
    {
        if (!(running is >= 1 and <= Most))
            return null;
        if (running < 2)
            return "1";
        var (low, high) = (2, 4);
        while (running > high)
            (low, high) = (high + 1, high * 2);
        return $"{low}-{high}";
    }
}
