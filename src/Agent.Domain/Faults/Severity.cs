namespace Agent.Domain.Faults;

/// <summary>How soon a person has to know. The alert label <c>severity</c> carries the lower-case name.</summary>
public enum Severity
{
    /// <summary>Worth knowing at the next look.</summary>
    Info,

    /// <summary>Somebody should look today.</summary>
    Warning,

    /// <summary>The engine does not serve, or soon will not.</summary>
    Critical,
}
