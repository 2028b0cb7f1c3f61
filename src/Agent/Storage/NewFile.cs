using System.Text.Json;
using Agent.Domain;
using Agent.Domain.Incidents;
using Agent.Domain.Recovery;

namespace Agent.Storage;

/// <summary>One row of the journal, already in words: later changes in memory do not change an entry that waits.</summary>
internal sealed record JournalEntry(DateTimeOffset At, string Kind, string? Incident, string Body);

/// <summary>The first entries of a file that replaces a lost one: everything that is known, and why the file was begun.</summary>
internal static class NewFile
{
    /// <param name="known">The agent's knowledge.</param>
    /// <param name="events">The form in which events are written.</param>
    /// <param name="reason">Why a new file is begun.</param>
    /// <param name="scale">The clock of this boot. Entries that are older than the boot stand before it.</param>
    /// <param name="now">The present time.</param>
    public static IReadOnlyList<JournalEntry> Entries(Recollection known, EventJson events, string reason, JournalScale scale, DateTimeOffset now)
    {
        List<JournalEntry> entries =
        [
            .. known.OtherUses.Select(use => Event(null, new StepStarted(use.At, new Step(use.Kind, use.Subject)))),
            .. known.Incidents.SelectMany(i => i.Events.Select(happened => Event(i.Incident.Id, happened))),
            .. known.Maintenances.Select(m => new JournalEntry(m.Since, Journal.MaintenanceKind, null, JsonSerializer.Serialize(m, events.Json.Maintenance))),
            .. known.Wanted.Select(w => new JournalEntry(now, Journal.EngineWantedKind, null, JsonSerializer.Serialize(w, events.Json.EngineWanted))),
        ];
        var kept = Counted.Text(known.Incidents.Count, "incident");
        var note = new AgentNote($"a new database was begun with {kept} from memory; the one before was damaged: {reason}", "agent");
        entries.Add(new JournalEntry(now, Journal.AgentKind, null, JsonSerializer.Serialize(note, events.Json.AgentNote)));
        return [.. entries.Where(e => e.At < scale.Zero), scale.Entry(now), .. entries.Where(e => e.At >= scale.Zero)];

        JournalEntry Event(string? incident, IncidentEvent happened) => new(happened.At, EventJson.KindOf(happened), incident, events.Write(happened));
    }
}
