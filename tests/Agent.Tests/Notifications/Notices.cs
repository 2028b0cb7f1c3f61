using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Notifications;

namespace Agent.Tests.Notifications;

/// <summary>Notices as the outbox makes them.</summary>
internal static class Notices
{
    public static IncidentNotice Of(string id, IEnumerable<IncidentEvent> events, string kind = NoticeKind.Confirmed)
    {
        var incident = Story.Fold(id, [.. events]);
        return new($"{id}/{kind}", Story.Start) { Kind = kind, Incident = incident, Fault = FaultCatalog.Default[incident.Fault], Events = [.. events] };
    }
}
