namespace Agent.Domain.Engines;

/// <summary>
/// The signs of an engine that was paused and goes on, as if every clock had begun when it did: what stood still meanwhile is the
/// work of whoever paused it.
/// </summary>
internal static class SignsSinceResumed
{
    public static EngineSigns Of(EngineSigns signs, DateTimeOffset resumed, DateTimeOffset now)
    {
        return signs with
        {
            Counters = signs.Counters is { } counters
                ? counters with { StillFor = Cut(counters.StillFor, counters.At), StuckFor = Cut(counters.StuckFor, counters.At) }
                : null,
            Health = Http(signs.Health),
            Metrics = Http(signs.Metrics),
            Server = signs.Server is { } server ? server with { StillFor = Cut(server.StillFor, server.At) } : null,
            Queue = signs.Queue is { } queue ? queue with { Since = queue.Since < resumed ? resumed : queue.Since, For = Cut(queue.For, queue.At) } : null,
            // How many of a row were asked after it went on, nobody knows; the next row begins after it.
            Canary = signs.Canary is { End: not CanaryEnd.Right } canary && canary.Since < resumed ? null : signs.Canary,
            Chips = signs.Chips is { } chips ? chips with { IdleFor = Cut(chips.IdleFor, chips.At) } : null,
            Log = signs.Log is { } log ? log with { StillFor = Cut(log.StillFor, now), NoBlockAt = [.. log.NoBlockAt.Where(at => at >= resumed)] } : null,
        };

        HttpSign? Http(HttpSign? sign) => sign is null || sign.Since >= resumed ? sign : sign with { Since = resumed, For = Cut(sign.For, sign.At) };

        TimeSpan Cut(TimeSpan lasted, DateTimeOffset until)
        {
            var since = until > resumed ? until - resumed : TimeSpan.Zero;
            return lasted < since ? lasted : since;
        }
    }
}
