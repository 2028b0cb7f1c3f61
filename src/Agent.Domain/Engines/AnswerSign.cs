namespace Agent.Domain.Engines;

/// <summary>How answers end and how long they are, by the engine's counters. A hint for people and for the canary; no rule judges by it.</summary>
public sealed record AnswerSign(DateTimeOffset At, string Text);
