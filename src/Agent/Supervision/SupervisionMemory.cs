using Agent.Configuration;
using Agent.Domain.Availability;
using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Engines;
using Agent.Engines.Chips;
using Agent.Storage;

namespace Agent.Supervision;

/// <summary>The state that the loop owns. Built from the journal, so that an agent goes on where the last one ended.</summary>
internal sealed class SupervisionMemory
{
    private readonly AgentSettings _settings;
    private readonly FaultCatalog _faults;
    private readonly IReadOnlyList<SupervisedEngine> _engines;
    private readonly ChipInventory _chips;
    private readonly IReadOnlyList<(string Probe, Subject Subject)> _causeLooks;
    private readonly EngineVerdicts _verdicts;
    private readonly MaintenanceWindows _windows;
    private readonly ServiceBook _service;
    private readonly List<Incident> _incidents;

    public SupervisionMemory(AgentSettings settings, FaultCatalog faults, HostParts host, IncidentStore store, ServiceBook service,
        DateTimeOffset now)
    {
        (_settings, _faults, _engines, _chips, _service) = (settings, faults, host.Engines, host.Chips, service);
        _verdicts = new EngineVerdicts(settings, host.Engines, host.Gate);
        // Of an engine the verdict names the cause, whatever its probes brought.
        var named = host.Probes.Select(p => p.Probe).Where(p => p is { NamesCauses: true, Subject.Kind: not SubjectKind.Engine });
        _causeLooks = [.. named.Select(p => (p.Name, p.Subject)), .. _verdicts.Subjects.Select(engine => (EngineJudgement.Name, engine))];
        var ended = store.EndedSince(now - LongestOnce(faults)).Select(h => h.Incident.TakenUp(now)).Where(i => IsRemembered(i, now));
        _incidents = [.. ended, .. store.LoadOpen().Select(h => h.Incident.TakenUp(now))];
        var longest = settings.Budgets.Values.Max(b => b.Window);
        Budgets = new Budgets(settings.Budgets, store.Uses(now - longest)).NotAfter(now);
        _windows = new MaintenanceWindows(store.Maintenances(now));
        var wanted = store.WantedEngines();
        foreach (var engine in _engines)
            Want(engine, !wanted.TryGetValue(engine.Name, out var word) || word.Wanted);
    }

    public HostPicture Picture { get; private set; } = HostPicture.Empty;

    /// <summary>Names under which verdicts are seen; none where no engine is judged.</summary>
    public IReadOnlyList<string> VerdictNames => _verdicts.Subjects.Any() ? [EngineJudgement.Name] : [];

    /// <summary>Open incidents, and those that ended a short while ago.</summary>
    public IReadOnlyList<Incident> Incidents => _incidents;

    public Budgets Budgets { get; private set; }

    /// <summary>Why the journal cannot be written; null when it can.</summary>
    public string? CannotRecord { get; set; }

    public Plan LastPlan { get; set; } = new([]);

    public Incident? Find(string id) => _incidents.Find(i => i.Id == id);

    /// <summary>Windows that are open now, those of changes under way among them.</summary>
    public IReadOnlyList<Maintenance> Maintenances(DateTimeOffset now) => _windows.ActiveAt(now);

    /// <summary>An operator's window; it takes the place of another of the same subject.</summary>
    public void Open(Maintenance window) => _windows.Open(window);

    public void Close(Subject subject) => _windows.Close(subject);

    /// <summary>A change of an engine begins: what it does to the engine is no fault.</summary>
    public void Protect(ChangeEngine change, Maintenance window) => _windows.Open(change, window);

    public void Unprotect(ChangeEngine change) => _windows.Close(change);

    /// <summary>Whether an operator wants the engine to run. Read by everybody, set here alone.</summary>
    public void Want(SupervisedEngine engine, bool wanted) => engine.Handle.Wanted = wanted;

    /// <returns>The verdict on the engine whose sign it carries, where it is news.</returns>
    public Observation? See(Observation observation, DateTimeOffset now)
    {
        var isLook = IsLook(observation.Subject, observation.Sign);
        Picture = Picture.With(observation);
        return observation.Sign is null ? null : Judge(observation.Subject, isLook, now);
    }

    /// <summary>The same of a sign that came before its look was over.</summary>
    public Observation? See(Subject engine, EngineSign sign, DateTimeOffset now)
    {
        var isLook = IsLook(engine, sign);
        Picture = Picture.With(engine, sign);
        return Judge(engine, isLook, now);
    }

    /// <summary>Judges an engine anew. See <see cref="EngineVerdicts.Judge"/>.</summary>
    public Observation? Judge(Subject engine, bool isLook, DateTimeOffset now)
    {
        (Picture, var news) = _verdicts.Judge(Picture, engine, isLook, now);
        return news;
    }

    public void Apply(IReadOnlyList<IncidentChange> changes)
    {
        foreach (var change in changes)
        {
            if (change.Event is Suspected seen)
                _incidents.Add(Incident.Open(change.IncidentId, seen));
            else
                Change(change.IncidentId, change.Event);
            Budgets = Budgets.After(change.Event);
        }

        _service.Recorded(changes, Picture);
    }

    /// <summary>What was seen of an incident's subjects before a recovery describes a host that is no more.</summary>
    public void ForgetSightings(Incident incident, DateTimeOffset before)
    {
        var layout = Layout();
        Picture = Picture.Without(s => incident.Touched.Contains(s) || layout.Concerns(incident.Subject, s), before);
    }

    public void Forget(DateTimeOffset now, TimeSpan endedKept)
    {
        _incidents.RemoveAll(i => !i.IsOpen && now - i.EndedAt > endedKept && !IsRemembered(i, now));
        Budgets = Budgets.Forget(now);
    }

    public RecoverySettings Settings(DateTimeOffset now) => new()
    {
        Faults = _faults,
        Mode = _settings.Mode,
        Layout = Layout(),
        Maintenances = Maintenances(now),
        CauseLooks = _causeLooks,
        BackOff = _settings.BackOff,
        CannotRecord = CannotRecord,
        CanRestartDriver = _settings.Vendor.DriverRestart is not null,
        CanResetChips = _settings.Vendor.ChipReset is not null,
    };

    /// <inheritdoc cref="ServiceBook.Look"/>
    public ServiceWrite? LookAtService(DateTimeOffset now, bool isLast = false) =>
        _service.Look(new ServiceView(Picture, _incidents, Layout(), Maintenances(now), _faults, now), isLast);

    public SupervisionStatus Status(DateTimeOffset now) => new(now, Picture, [.. _incidents], Budgets, Settings(now), LastPlan);

    private static TimeSpan LongestOnce(FaultCatalog faults) => faults.All.Max(f => f.OnceIn) ?? TimeSpan.Zero;

    /// <summary>The same fault again would not be a new one.</summary>
    private bool IsRemembered(Incident incident, DateTimeOffset now) => _faults.Find(incident.Fault)?.OnceIn is { } once && now - incident.EndedAt < once;

    /// <summary>A look at a run that is over is no look at the present one, and sees nothing again.</summary>
    private bool IsLook(Subject engine, EngineSign? sign) => sign is RunSeen && Picture.Engine(engine).Takes(sign);

    private HostLayout Layout() => new([.. _engines.Select(e => e.OnChips)], _chips.Expected, _chips.ResetScope);

    private void Change(string id, IncidentEvent happened)
    {
        var index = _incidents.FindIndex(i => i.Id == id);
        if (index >= 0)
            _incidents[index] = _incidents[index].Apply(happened);
    }
}
