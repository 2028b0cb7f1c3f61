namespace Agent.Domain.Faults;

/// <summary>The codes of the catalogue, for the code that raises them; each stands in the file of its row. They are never reused and never renamed.</summary>
public static partial class FaultCodes;
