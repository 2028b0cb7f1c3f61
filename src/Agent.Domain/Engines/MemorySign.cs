namespace Agent.Domain.Engines;

/// <summary>The kernel killed a process of the engine because memory ran out.</summary>
/// <param name="At">When that was seen first.</param>
/// <param name="Text">Who told it.</param>
public sealed record MemorySign(DateTimeOffset At, string Text);
