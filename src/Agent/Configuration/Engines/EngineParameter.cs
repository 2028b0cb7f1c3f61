namespace Agent.Configuration.Engines;

/// <summary>One setting of an engine section as it was written, and what becomes of it.</summary>
/// <param name="Key">As it stands under the engine in the file.</param>
/// <param name="Written">Its value there; empty for a default.</param>
/// <param name="Option">The thing of vLLM that it is about: keys of one option must agree.</param>
/// <param name="Words">What it adds to the command line; nothing where vLLM has no such option.</param>
/// <param name="Effective">The value in force.</param>
/// <param name="Note">What a person should know of it; null when it is what it looks like.</param>
internal sealed record EngineParameter(string Key, string Written, string Option, IReadOnlyList<string> Words, string Effective, string? Note);
