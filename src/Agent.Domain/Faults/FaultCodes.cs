namespace Agent.Domain.Faults;

/// <summary>The codes of the catalogue, for those who raise them; each stands in the file of its row. Never reused, never renamed.</summary>
public static partial class FaultCodes;
