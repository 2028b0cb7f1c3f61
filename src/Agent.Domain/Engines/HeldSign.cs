using Agent.Domain.Observations;

namespace Agent.Domain.Engines;

/// <summary>Who holds memory on chips.</summary>
public enum ChipHolder
{
    /// <summary>Nobody on the driver's list: a context that was not released.</summary>
    Nobody,

    /// <summary>Processes that are not the engine's.</summary>
    Others,

    /// <summary>A process that runs the same model on the same port, and that the agent did not start.</summary>
    ByHand,
}

/// <summary>Memory that stays held on the chips of an engine that is gone.</summary>
/// <param name="For">From the first look that saw it to the newest, by a clock that nobody sets.</param>
/// <param name="Allowed">How long the driver may take to release it.</param>
/// <param name="Chip">The first chip that holds it.</param>
public sealed record HeldSign(DateTimeOffset At, ChipHolder Holder, TimeSpan For, TimeSpan Allowed, Subject Chip, string Text)
{
    public bool IsBeingReleased => For < Allowed;
}
