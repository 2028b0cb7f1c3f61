namespace Agent.Storage;

/// <summary>Why the journal is not written.</summary>
/// <param name="Text">In the words of whoever refused; the same as long as the reason is.</param>
internal sealed record JournalTrouble(DatabaseTrouble Kind, string Text);
