using System.Globalization;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;

namespace Agent.Domain.Recovery;

/// <summary>The working state of one <see cref="RecoveryPolicy.Decide"/>: the incidents with the changes made so far.</summary>
internal sealed class PlanDraft(HostPicture picture, IReadOnlyList<Incident> incidents, Budgets budgets, RecoverySettings settings, DateTimeOffset now)
{
    private readonly List<Incident> _incidents = [.. incidents];
    private readonly List<IncidentChange> _changes = [];

    public HostPicture Picture => picture;

    public Budgets Budgets => budgets;

    public RecoverySettings Settings => settings;

    public FaultCatalog Faults => settings.Faults;

    public HostLayout Layout => settings.Layout;

    public DateTimeOffset Now => now;

    public IReadOnlyList<Incident> Open => [.. _incidents.Where(i => i.IsOpen)];

    /// <summary>The open incidents, and those that ended a short while ago.</summary>
    public IReadOnlyList<Incident> All => _incidents;

    public IEnumerable<Incident> Dismissed => _incidents.Where(i => i.State == IncidentState.Dismissed);

    /// <summary>An incident of the same fault from which the subject was recovered so lately that it counts as the same trouble.</summary>
    public Incident? RecoveredLately(Incident incident, Fault fault) => fault.OnceIn is not { } once ? null : _incidents.FindLast(i =>
        i.State == IncidentState.Resolved && i.Fault == fault.Code && i.Subject == incident.Subject && i.Attempts.Count > 0 && now - i.EndedAt < once);

    public void Change(Incident incident, IncidentEvent happened)
    {
        _changes.Add(new IncidentChange(incident.Id, happened));
        _incidents[_incidents.FindIndex(i => i.Id == incident.Id)] = incident.Apply(happened);
    }

    public void Suspect(Observation seen)
    {
        var id = NewId(seen.At);
        var suspected = new Suspected(seen.At, seen.Fault!, seen.Subject, seen.Probe, seen.Summary, seen.Evidence, seen.Identity)
        {
            Known = Layout.KnownOf(seen),
        };
        _changes.Add(new IncidentChange(id, suspected));
        _incidents.Add(Incident.Open(id, suspected));
    }

    /// <summary>Holds an incident's recovery back. It goes to the journal only when the reason is a new one.</summary>
    public void HoldBack(Incident incident, string reason)
    {
        if (incident.HeldBackReason != reason)
            Change(incident, new HeldBack(now, reason));
    }

    /// <summary>An open incident, other than this one, whose fault explains the given fault on the subject.</summary>
    public Incident? ExplanationOf(string fault, Subject subject, string? except = null) =>
        Open.FirstOrDefault(i => i.Id != except && Faults.Explains(i.Fault, fault) && Layout.Concerns(i.Subject, subject));

    /// <summary>Whether an incident may take this fault's name. A handed-over incident is left to a person, and a note is only told.</summary>
    public bool MayBeCauseOf(Incident incident, Observation seen) =>
        incident.State != IncidentState.HandedOver && !IsNote(incident) && WouldExplain(seen, incident);

    /// <summary>The observation in view that would explain an incident but is not believed yet: a single look may be wrong.</summary>
    public Observation? PossibleCauseOf(Incident incident) => picture.Fresh(now).FirstOrDefault(o =>
        o is { Verdict: Verdict.Faulty, Fault: { } fault } && !Faults[fault].Muted && WouldExplain(o, incident) && !IsBelieved(o));

    /// <summary>Whether it was seen as often and for as long as its row of the catalogue asks for.</summary>
    public bool IsBelieved(Observation seen)
    {
        var fault = Faults[seen.Fault!];
        return fault.IsCertain || (picture.Looks(seen.Probe, seen.Subject) >= fault.Sightings && InViewFor(seen) >= fault.ConfirmAfter);
    }

    public string SightingsOf(Observation seen) => $"seen {picture.Looks(seen.Probe, seen.Subject)} times in {Durations.Text(InViewFor(seen))}";

    public bool IsNote(Incident incident) => Faults[incident.Fault].StartsAt == Rung.Note;

    public Incident Find(string id) => _incidents.First(i => i.Id == id);

    public Maintenance? MaintenanceOf(Subject subject) => settings.Maintenances.FirstOrDefault(m => m.Covers(subject, now));

    /// <summary>The newest answer since a time on whether an engine does its work. Null when there is none.</summary>
    public bool? Serves(EngineOnChips engine, DateTimeOffset since) => picture.Fresh(now)
        .Where(o => o.Subject == engine.Subject && o.Serving is not null && o.At >= since)
        .MaxBy(o => o.At)?.Serving;

    public bool InView(Incident incident) => picture.Fresh(now).Any(o => o.Fault == incident.Fault && o.Subject == incident.Subject);

    /// <summary>Whether the newest observation of a subject is that somebody paused it.</summary>
    public bool IsPaused(Subject subject) => picture.Fresh(now).Any(o => o.Subject == subject && o.Fault == FaultCodes.EnginePaused);

    public Plan ToPlan() => new(_changes);

    private bool WouldExplain(Observation seen, Incident incident) =>
        Faults.Explains(seen.Fault!, incident.Fault) && Layout.Concerns(seen.Subject, incident.Subject);

    private TimeSpan InViewFor(Observation seen) => now - (picture.Since(seen.Probe, seen.Subject) ?? seen.At);

    private string NewId(DateTimeOffset at)
    {
        while (true)
        {
            var id = at.UtcDateTime.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture);
            if (_incidents.TrueForAll(i => i.Id != id))
                return id;
            at += TimeSpan.FromMilliseconds(1);
        }
    }
}
