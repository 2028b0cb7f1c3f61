namespace Agent.Domain.Engines;

/// <summary>What the processes that answer HTTP do while /health is not answered, by their CPU time.</summary>
/// <param name="StillFor">
/// How long none of them took CPU time worth the name, was ready to run or waited for a disk, from look to look and by a clock
/// that nobody sets. One that reads a burst computes; one whose event loop is blocked does not.
/// </param>
/// <param name="StillLooks">Looks in a row that saw no difference to the one before.</param>
public sealed record ServerSign(DateTimeOffset At, TimeSpan StillFor, int StillLooks, string Text);
