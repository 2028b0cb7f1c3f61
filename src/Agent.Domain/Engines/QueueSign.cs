namespace Agent.Domain.Engines;

/// <summary>Requests that wait while none runs, scrape after scrape. An engine that can work lets none wait beside a free place.</summary>
/// <param name="Waiting">By the newest scrape.</param>
/// <param name="Since">The first scrape of the row.</param>
/// <param name="For">From it to the newest, by a clock that nobody sets.</param>
public sealed record QueueSign(DateTimeOffset At, double Waiting, DateTimeOffset Since, TimeSpan For)
{
    /// <summary>So many wait for something outside the engine, such as a KV transfer. Null: the version of vLLM does not say.</summary>
    public double? Deferred { get; init; }

    public string Text => FormattableString.Invariant($"{Waiting:0} waiting, none running for {Durations.Text(For)}")
        + (Deferred > 0 ? FormattableString.Invariant($", {Deferred:0} of them for something outside the engine") : "");
}
