namespace Agent.Engines.Starting;

/// <summary>Why an engine was not started: the start would have failed, or would have harmed what is there.</summary>
/// <param name="Fault">Code of the catalogue.</param>
/// <param name="Detail">What was found, and who has it.</param>
internal sealed record StartRefusal(string Fault, string Detail);
