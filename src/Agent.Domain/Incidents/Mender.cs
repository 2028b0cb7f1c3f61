namespace Agent.Domain.Incidents;

/// <summary>Who ended an incident.</summary>
public enum Mender
{
    /// <summary>A recovery of the agent, of this incident or of another that reached its subject, and the look that proved it.</summary>
    Agent,

    /// <summary>A person: the agent had handed it over, or an operator laid hands on it after the agent's last step.</summary>
    Person,

    /// <summary>Neither: it went away.</summary>
    Itself,
}
