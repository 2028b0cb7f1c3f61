namespace Agent.Domain.Incidents;

/// <summary>The one who ended an incident.</summary>
public enum Mender
{
    /// <summary>The agent: a recovery of this incident, or of another that reached its subject, and the look that proved it.</summary>
    Agent,

    /// <summary>A person: the agent had handed it over, or an operator acted on it after the agent's last step.</summary>
    Person,

    /// <summary>Neither of them: it went away.</summary>
    Itself,
}
