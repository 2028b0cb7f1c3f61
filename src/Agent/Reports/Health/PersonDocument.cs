using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;

namespace Agent.Reports.Health;

/// <summary>An incident that waits for a person, and the work.</summary>
internal sealed record PersonDocument(string Incident, string Fault, LocalText Title, string Subject, DateTimeOffset Since, LocalText ToDo)
{
    public static IReadOnlyList<PersonDocument> Of(HealthFigures figures) =>
    [
        .. from history in figures.NotOver
           let incident = history.Incident
           let fault = FaultCatalog.Default[incident.Fault]
           where incident.State == IncidentState.HandedOver
           orderby fault.Severity descending, incident.SuspectedAt
           select new PersonDocument(incident.Id, incident.Fault, fault.Title, incident.Subject.ToString(), incident.StateSince,
               incident.Fill(fault.PersonShould)),
    ];
}
