namespace Agent.Domain.Engines;

/// <summary>The kernel killed a process of the engine for want of memory.</summary>
/// <param name="At">When that was seen first.</param>
/// <param name="Text">Who told it.</param>
public sealed record MemorySign(DateTimeOffset At, string Text);
