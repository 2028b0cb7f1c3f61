namespace Agent.Domain.Engines;

public enum HttpEnd
{
    Answered,

    /// <summary>Nobody listens.</summary>
    Refused,

    /// <summary>No connection or no answer in time: busy, or hung.</summary>
    TimedOut,

    /// <summary>An error status that says that the engine core is dead (503; 500 before vLLM 0.11).</summary>
    SaysDead,

    /// <summary>Anything else that is no usable answer.</summary>
    Failed,
}

/// <summary>How requests to one path of the engine end.</summary>
/// <param name="Since">The first one in a row that ended so.</param>
/// <param name="For">From the first to the newest one in a row, by a clock that nobody sets.</param>
public sealed record HttpSign(DateTimeOffset At, HttpEnd End, DateTimeOffset Since, TimeSpan For, string Text);
