using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;

namespace Agent.Storage;

/// <summary>
/// The agent's knowledge of the journal without reading it: every open incident whole, incidents that ended within a day, the attempts that budgets
/// count, maintenance and the wishes of operators. A new file is begun with it when the old one is lost. Notices are made from it while the disk
/// takes nothing. The loop writes to it. Others read the incidents; an incident is always replaced as a whole.
/// </summary>
/// <param name="usesKept">The longest window of a budget.</param>
internal sealed class Recollection(TimeSpan usesKept)
{
    private const int MostEnded = 50;

    private static readonly TimeSpan EndedKept = TimeSpan.FromDays(1);

    private readonly Dictionary<Subject, Maintenance> _maintenances = [];
    private readonly Dictionary<string, EngineWanted> _wanted = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<IncidentHistory> _incidents = [];
    private Budgets _budgets = Budgets.Unlimited;

    /// <summary>The oldest incident comes first.</summary>
    public IReadOnlyList<IncidentHistory> Incidents => _incidents;

    public IEnumerable<Maintenance> Maintenances => _maintenances.Values;

    public IEnumerable<EngineWanted> Wanted => _wanted.Values;

    /// <summary>Attempts of incidents that are not known any more.</summary>
    public IEnumerable<BudgetUse> OtherUses
    {
        get
        {
            var known = _incidents.SelectMany(i => i.Events).OrderBy(e => e.At).Aggregate(Budgets.Unlimited, (budgets, happened) => budgets.After(happened));
            return _budgets.Uses.Except(known.Uses);
        }
    }

    /// <param name="store">The incidents that an earlier agent left.</param>
    /// <param name="told">Incidents with notices that wait.</param>
    /// <param name="usesKept">The longest window of a budget.</param>
    /// <param name="now">The present time.</param>
    public static Recollection Of(IncidentStore store, IEnumerable<string> told, TimeSpan usesKept, DateTimeOffset now)
    {
        var known = new Recollection(usesKept);
        List<IncidentHistory> incidents = [.. store.EndedSince(now - EndedKept).TakeLast(MostEnded), .. store.LoadOpen()];
        var others = told.Distinct(StringComparer.Ordinal).Where(id => !incidents.Exists(i => i.Incident.Id == id)).ToList();
        incidents.AddRange(others.Select(store.Load).OfType<IncidentHistory>());
        known._incidents = [.. incidents.OrderBy(i => i.Incident.SuspectedAt)];
        known._budgets = Budgets.Unlimited with { Uses = store.Uses(now - usesKept) };
        foreach (var window in store.Maintenances(now))
            known.Take(window);
        foreach (var wanted in store.WantedEngines().Values)
            known.Take(wanted);
        return known;
    }

    public IncidentHistory? Find(string id) => _incidents.LastOrDefault(i => i.Incident.Id == id);

    public void Take(IReadOnlyList<IncidentChange> changes)
    {
        List<IncidentHistory> incidents = [.. _incidents];
        foreach (var (id, happened) in changes)
        {
            var at = incidents.FindLastIndex(i => i.Incident.Id == id);
            if (at >= 0)
                incidents[at] = new IncidentHistory(incidents[at].Incident.Apply(happened), [.. incidents[at].Events, happened]);
            else if (happened is Suspected seen)
                incidents.Add(new IncidentHistory(Incident.Open(id, seen), [seen]));
            _budgets = _budgets.After(happened);
        }

        if (changes.Count > 0)
            Forget(incidents, changes[^1].Event.At);
        _incidents = incidents;
    }

    public void Take(Maintenance window) => _maintenances[window.Subject] = window;

    public void Take(EngineWanted wanted) => _wanted[wanted.Engine] = wanted;

    private void Forget(List<IncidentHistory> incidents, DateTimeOffset now)
    {
        var tooMany = incidents.Count(i => !i.Incident.IsOpen) - MostEnded;
        incidents.RemoveAll(i => !i.Incident.IsOpen && (tooMany-- > 0 || now - i.Incident.EndedAt >= EndedKept));
        _budgets = _budgets with { Uses = [.. _budgets.Uses.Where(u => now - u.At < usesKept)] };
    }
}
