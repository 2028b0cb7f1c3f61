namespace Agent.Storage;

/// <summary>Why the journal is not written.</summary>
/// <param name="Text">The words of the refusal. They stay the same as long as the reason does.</param>
internal sealed record JournalTrouble(DatabaseTrouble Kind, string Text);
