namespace Agent.Domain.Engines;

/// <summary>What the log of the run has told so far.</summary>
/// <param name="Stage">The start-up stage in words.</param>
/// <param name="IsServing">The last stage was reached.</param>
/// <param name="StillFor">Since when the start-up makes no progress.</param>
public sealed record LogSign(DateTimeOffset At, string Stage, bool IsServing, TimeSpan StillFor)
{
    /// <summary>Fault code and line of the first cause.</summary>
    public string? CauseFault { get; init; }

    public string? Cause { get; init; }

    public string? CauseLine { get; init; }

    /// <summary>When that line was read.</summary>
    public DateTimeOffset? CauseAt { get; init; }

    /// <summary>The process that printed it; null where versions do not tell.</summary>
    public string? CauseProcess { get; init; }

    /// <summary>What may help, by the figures of that line.</summary>
    public string? Advice { get; init; }

    /// <summary>What will end a start that gets on, long before it does.</summary>
    public string? Warning { get; init; }

    /// <summary>The line after which the engine core cannot work any more, and when it was read.</summary>
    public string? DeathLine { get; init; }

    public DateTimeOffset? DeathAt { get; init; }

    /// <summary>vLLM said that it was told to stop.</summary>
    public bool StopRequested { get; init; }

    /// <summary>
    /// When lines were read, after start-up, that workers take no message from shared memory; the newest few. Normal while
    /// loading and compiling.
    /// </summary>
    public IReadOnlyList<DateTimeOffset> NoBlockAt { get; init; } = [];

    public string? NoBlockLine { get; init; }

    /// <summary>The same without a cause that is too old to explain an end at that moment. Of a start all is one affair.</summary>
    internal LogSign AtEnd(DateTimeOffset end, EngineLimits limits) =>
        IsServing && end - CauseAt > limits.CauseLasts
            ? this with { Cause = null, CauseFault = null, CauseLine = null, CauseAt = null, CauseProcess = null, Advice = null }
            : this;

    public string Text => $"stage {Stage}{CauseText}"
        + (DeathLine is null ? "" : $", death: {DeathLine.Trim()}")
        + (NoBlockAt.Count == 0 ? "" : $", {Counted.Text(NoBlockAt.Count, "line")} of workers that take no message");

    private string CauseText =>
        CauseLine is null ? "" : $", cause {Cause}{(CauseProcess is null ? "" : $" in {CauseProcess}")}: {CauseLine.Trim()}";
}
