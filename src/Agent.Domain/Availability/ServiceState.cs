namespace Agent.Domain.Availability;

/// <summary>Whether requests could be served, for the ledger of lost service.</summary>
public enum ServiceState
{
    Up,

    /// <summary>Lost service: it was wanted, and could not be had.</summary>
    Down,

    /// <summary>Nobody looked, and nothing proved it afterwards. It is never counted as up.</summary>
    Unknown,

    /// <summary>An operator wanted it so: a stop, a maintenance window, the first start of an engine that nobody could use before.</summary>
    Planned,
}
