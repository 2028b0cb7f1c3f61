namespace Agent.Domain.Engines;

/// <summary>The engine's chips, by npu-smi. Of chips that are no rank of it nothing is said where its layout is known.</summary>
/// <param name="IdleLooks">Looks in a row that saw every AI core at 0 %.</param>
/// <param name="IdleFor">From the first of them to the newest, by a clock that nobody sets.</param>
public sealed record ChipSign(DateTimeOffset At, int IdleLooks, TimeSpan IdleFor, string Text)
{
    /// <summary>The newest of the looks in a row that saw every AI core at 0 %.</summary>
    public IReadOnlyList<DateTimeOffset> IdleAt { get; init; } = [];

    /// <summary>
    /// Whether an AI core at 0 % means that nothing is computed. True: it was above 0 in this run. False: look after look it
    /// stood at 0 while tokens came. Null: nobody has seen yet.
    /// </summary>
    public bool? CanTell { get; init; }

    /// <summary>A chip computes: an engine that reads a huge prompt looks so, be it on one of its chips.</summary>
    public bool Computes { get; init; }

    /// <summary>The newest looks in a row at which, of ranks that wait for each other, some were at full load and others idle.</summary>
    public IReadOnlyList<DateTimeOffset> UnevenAt { get; init; } = [];

    /// <summary>More memory is held than on idle chips.</summary>
    public bool HoldsMemory { get; init; }
}
