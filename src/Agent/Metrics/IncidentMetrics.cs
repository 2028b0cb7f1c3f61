using Agent.Domain;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Prometheus;

namespace Agent.Metrics;

/// <summary>Incidents, the steps against them, and how many more steps are allowed.</summary>
internal sealed class IncidentMetrics
{
    private const string NotBegun = "not-begun";
    private static readonly GaugeConfiguration Empty = new() { SuppressInitialValue = true };

    private readonly MetricsSources _sources;
    private readonly Gauge _open;
    private readonly Counter _names;
    private readonly Counter _confirmed;
    private readonly Counter _steps;
    private readonly Histogram _duration;
    private readonly Gauge _left;
    private readonly Dictionary<(string Incident, Step Step), DateTimeOffset> _running = [];

    /// <summary>The loop goes on changing its own; a scrape reads what is replaced as a whole here.</summary>
    private volatile IReadOnlyList<(string Fault, string Subject, string Severity)> _openNow = [];
    private volatile Budgets _budgets = Budgets.Unlimited;

    public IncidentMetrics(MetricsSources sources, MetricFactory factory)
    {
        _sources = sources;
        _open = factory.CreateGauge("npu_agent_open_incidents",
            "Incidents that were confirmed and are not over, by their present fault and subject, from the agent's journal. severity is that of the "
                + "fault: info, warning or critical.",
            ["fault", "subject", "severity"], Empty);
        _names = factory.CreateCounter("npu_agent_incidents_total",
            "Incidents since the agent started that were confirmed with this fault or got it later as their cause. One that was renamed counts under both "
                + "names: npu_agent_confirmed_incidents_total counts each once.",
            "fault");
        _confirmed = factory.CreateCounter("npu_agent_confirmed_incidents_total",
            "Incidents that were confirmed since the agent started, each once, from the agent's journal.");
        _steps = factory.CreateCounter("npu_agent_steps_total",
            "Recovery steps that ended since the agent started, by how they ended, from the agent's journal. not-begun: the step refused to begin for a "
                + "reason that passes, and no budget counts it.",
            "step", "outcome");
        _duration = factory.CreateHistogram("npu_agent_step_duration_seconds",
            "Time that a recovery step took that this agent began and ended, in seconds, from the agent's journal.",
            ["step"], new HistogramConfiguration { Buckets = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600] });
        _left = factory.CreateGauge("npu_agent_budget_attempts_left",
            "Attempts of the step on the subject that budgets in agent.yaml still allow now. 0: the next rung is taken, or a person is told.",
            ["step", "subject"], Empty);
        foreach (var fault in sources.Faults)
            _ = _names.WithLabels(fault);
        foreach (var step in Enum.GetValues<StepKind>().Select(Step.NameOf))
        {
            _ = _duration.WithLabels(step);
            foreach (var outcome in (string[])["succeeded", "failed", NotBegun])
                _ = _steps.WithLabels(step, outcome);
        }
    }

    /// <param name="changes">Events that were recorded; none at a start.</param>
    /// <param name="incidents">The incidents after them.</param>
    /// <param name="budgets">The attempts after them.</param>
    public void Recorded(IReadOnlyList<IncidentChange> changes, IReadOnlyList<Incident> incidents, Budgets budgets)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            switch (change.Event)
            {
                case StepStarted begun:
                    _running[(change.IncidentId, begun.Step)] = begun.At;
                    break;
                case StepEnded ended:
                    Ended(change.IncidentId, ended);
                    break;
                case Confirmed when incidents.FirstOrDefault(n => n.Id == change.IncidentId) is { } incident:
                    _confirmed.Inc();
                    _names.WithLabels(NameBefore(changes.Skip(i + 1), incident)).Inc();
                    break;
                // A suspicion that is renamed counts when it is confirmed.
                case CauseFound cause when incidents.FirstOrDefault(n => n.Id == change.IncidentId) is { ConfirmedAt: not null } incident
                    && !changes.Skip(i + 1).Any(c => c.IncidentId == change.IncidentId && c.Event is Confirmed)
                    && !HadName(incident, cause.Fault, changes.Skip(i + 1)):
                    _names.WithLabels(cause.Fault).Inc();
                    break;
            }
        }

        foreach (var over in _running.Keys.Where(k => incidents.All(n => n.Id != k.Incident || !n.IsOpen)).ToList())
            _running.Remove(over);
        _openNow = [.. incidents.Where(i => i is { IsOpen: true, ConfirmedAt: not null })
            .Select(i => (i.Fault, i.Subject.ToString(), Words.Of(_sources.SeverityOf(i.Fault))))];
        _budgets = budgets;
    }

    /// <param name="seen">What is seen now, for the chips among it.</param>
    public void Show(IReadOnlyList<Observation> seen)
    {
        _open.Show(_openNow.CountBy(i => i).Select(i => ((string[])[i.Key.Fault, i.Key.Subject, i.Key.Severity], (double)i.Value)));
        var (now, budgets) = (_sources.Clock.GetUtcNow(), _budgets);
        List<Subject> subjects =
        [
            Subject.Driver,
            .. _sources.Engines().Select(e => Subject.Engine(e.Name)),
            .. seen.Select(o => o.Subject).Where(s => s.Kind == SubjectKind.Chip).Distinct(),
        ];
        // A step that the configuration forbids has no budget that could be spent.
        _left.Show(
            from kind in Enum.GetValues<StepKind>()
            from subject in subjects.Where(s => s.Kind == KindOf(kind)).Union(budgets.Uses.Where(u => u.Kind == kind).Select(u => u.Subject))
            let left = budgets.Left(kind, subject, now)
            where left is not null && budgets.Limits[kind].Attempts > 0
            select ((string[])[Step.NameOf(kind), subject.ToString()], (double)left));
    }

    private static SubjectKind KindOf(StepKind kind) => kind switch
    {
        StepKind.ResetChip => SubjectKind.Chip,
        StepKind.RestartDriver => SubjectKind.Driver,
        _ => SubjectKind.Engine,
    };

    /// <summary>The incident is as it was after the last of the changes; those that follow may have renamed it.</summary>
    private static string NameBefore(IEnumerable<IncidentChange> following, Incident incident) =>
        following.Count(c => c.IncidentId == incident.Id && c.Event is CauseFound) is var renamed and > 0
            ? incident.FormerNames[^renamed].Fault
            : incident.Fault;

    /// <summary>Whether the incident went by the fault before, on whatever subject: it counts once under each name.</summary>
    private static bool HadName(Incident incident, string fault, IEnumerable<IncidentChange> following) =>
        incident.FormerNames.SkipLast(following.Count(c => c.IncidentId == incident.Id && c.Event is CauseFound)).Any(n => n.Fault == fault);

    private void Ended(string incident, StepEnded ended)
    {
        _steps.WithLabels(ended.Step.Name, ended.NotBegun ? NotBegun : ended.Succeeded ? "succeeded" : "failed").Inc();
        if (_running.Remove((incident, ended.Step), out var began) && !ended.NotBegun)
            _duration.WithLabels(ended.Step.Name).Observe(Math.Max(0, (ended.At - began).TotalSeconds));
    }
}
