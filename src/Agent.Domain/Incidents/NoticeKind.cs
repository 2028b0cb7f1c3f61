namespace Agent.Domain.Incidents;

/// <summary>The notices about an incident, by the words under which receivers and the outbox know them. Few events are worth a notice.</summary>
public static class NoticeKind
{
    public const string Confirmed = "confirmed";
    public const string HandedOver = "handed-over";
    public const string Resolved = "resolved";

    /// <summary>The kind of notice that follows from an event; null for most.</summary>
    public static string? Of(IncidentEvent happened) => happened switch
    {
        Incidents.Confirmed => Confirmed,
        Incidents.HandedOver => HandedOver,
        Incidents.Resolved => Resolved,
        _ => null,
    };
}
