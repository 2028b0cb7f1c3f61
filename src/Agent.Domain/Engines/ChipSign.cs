namespace Agent.Domain.Engines;

/// <summary>The engine's chips, by npu-smi.</summary>
/// <param name="IdleLooks">Looks in a row that saw every AI core at 0 %.</param>
/// <param name="IdleFor">From the first of them to the newest, by a clock that nobody sets.</param>
public sealed record ChipSign(DateTimeOffset At, int IdleLooks, TimeSpan IdleFor, string Text)
{
    /// <summary>Every chip computes at full load: an engine that reads a huge prompt looks so.</summary>
    public bool AllBusy { get; init; }

    /// <summary>Some at full load and others idle, look after look.</summary>
    public bool Uneven { get; init; }

    /// <summary>More memory is held than on idle chips.</summary>
    public bool HoldsMemory { get; init; }
}
