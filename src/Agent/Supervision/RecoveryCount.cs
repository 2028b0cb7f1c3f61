using Agent.Domain.Observations;
using Agent.Storage;
using Microsoft.Data.Sqlite;

namespace Agent.Supervision;

/// <summary>How often an engine was recovered of a fault, by the journal.</summary>
internal sealed class RecoveryCount(IncidentStore store, TimeProvider clock)
{
    /// <returns>Null where the incident is another subject's, or the journal cannot be read: no engine's start waits for its history.</returns>
    public (string Fault, int Times)? Of(string incidentId, Subject engine, TimeSpan window)
    {
        try
        {
            return store.Load(incidentId)?.Incident is { } incident && incident.Subject == engine
                ? (incident.Fault, store.RecoveriesSince(incident.Fault, engine, clock.GetUtcNow() - window))
                : null;
        }
        catch (SqliteException)
        {
            return null;
        }
    }
}
