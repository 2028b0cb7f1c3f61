namespace Agent.Domain.Tests;

/// <summary>
/// A host on paper: observations come in, time passes, the policy decides, and what it decided is applied. Steps are ended
/// by the test.
/// </summary>
internal sealed class Scene
{
    public static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    public static readonly Subject Deepseek = Subject.Engine("deepseek");
    public static readonly Subject Chip0 = Subject.Chip(0, 0);
    public static readonly Subject Chip1 = Subject.Chip(1, 0);

    public List<Incident> Incidents { get; } = [];

    public HostPicture Picture { get; private set; } = HostPicture.Empty;

    public Budgets Budgets { get; set; } = Budgets.Unlimited;

    public DateTimeOffset Now { get; set; } = Start;

    public Plan Last { get; private set; } = new([]);

    /// <summary>Every recovery that was planned, in order.</summary>
    public List<RecoveryPlanned> Planned { get; } = [];

    public RecoverySettings Settings { get; set; } = new()
    {
        Layout = new HostLayout([new EngineOnChips("deepseek", [Chip0, Chip1], Wanted: true)], [Chip0, Chip1], ResetScope.Host),
        LookAgainWait = TimeSpan.Zero,
        CauseLooks = [("chip-health", Subject.Host), ("driver-unit", Subject.Driver)],
    };

    public Incident Only => Incidents.Where(i => i.State != IncidentState.Dismissed).ShouldHaveSingleItem();

    public Scene See(string probe, Subject subject, string? fault = null, bool? serving = null, Verdict? verdict = null, DateTimeOffset? began = null) =>
        Show(probe, subject, fault, serving, verdict, began).Decide();

    /// <summary>Takes in what a probe sees now and leaves the decision for later, so that several looks come to one decision.</summary>
    public Scene Show(string probe, Subject subject, string? fault = null, bool? serving = null, Verdict? verdict = null, DateTimeOffset? began = null)
    {
        Picture = Picture.With(Some.Observation(probe, subject, Now) with
        {
            Verdict = verdict ?? (fault is null ? Verdict.Healthy : Verdict.Faulty),
            Fault = fault,
            Serving = serving,
            Began = began,
            Summary = fault ?? "well",
        });
        return this;
    }

    public Scene See(Observation seen)
    {
        Picture = Picture.With(seen with { At = Now, Began = Now });
        return Decide();
    }

    public Scene SeeDevice(string probe, Subject subject, string identity, string? fault)
    {
        Picture = Picture.With(Some.Observation(probe, subject, Now) with
        {
            Verdict = fault is null ? Verdict.Healthy : Verdict.Faulty,
            Fault = fault,
            Identity = identity,
        });
        return Decide();
    }

    public Scene Pass(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        return Decide();
    }

    /// <summary>Sees the same several times, a second apart, until it is believed.</summary>
    public Scene Keep(string probe, Subject subject, string fault, bool? serving = false, int seconds = 12)
    {
        for (var i = 0; i < seconds; i++)
            See(probe, subject, fault, serving).Pass(1);
        return this;
    }

    public Scene Decide()
    {
        Last = RecoveryPolicy.Decide(Picture, Incidents, Budgets, Settings, Now);
        foreach (var change in Last.Changes)
            Apply(change.IncidentId, change.Event);
        if (Last.Recovery is { } recovery)
            Planned.Add(recovery.Recovery);
        return this;
    }

    public Scene Apply(string id, IncidentEvent happened)
    {
        var index = Incidents.FindIndex(i => i.Id == id);
        if (happened is Suspected seen)
            Incidents.Add(Incident.Open(id, seen));
        else
            Incidents[index] = Incidents[index].Apply(happened);
        if (happened is StepStarted { Step.IsBudgeted: true } begun)
            Budgets = Budgets.With(new BudgetUse(begun.Step.Kind, begun.Step.Subject, begun.At));
        return this;
    }

    /// <summary>Runs the steps of the recovery under way, up to one that fails or at which the agent dies.</summary>
    public Scene RunSteps(StepKind? fails = null, StepKind? dies = null)
    {
        var incident = Incidents.First(i => i.State == IncidentState.Recovering);
        var failed = false;
        foreach (var step in incident.Remaining)
        {
            if (failed && !step.EvenAfterFailure)
                continue;
            Now += TimeSpan.FromSeconds(1);
            Apply(incident.Id, new StepStarted(Now, step));
            if (step.Kind == dies)
                return Apply(incident.Id, new Interrupted(Now, "the agent ended"));
            failed |= step.Kind == fails;
            Apply(incident.Id, new StepEnded(Now, step, step.Kind != fails, ""));
        }

        Picture = Picture.Without(_ => true, Now);
        Now += TimeSpan.FromSeconds(1);
        return Apply(incident.Id, new RecoveryEnded(Now, !failed, failed ? "a step failed" : "done")).Decide();
    }

    /// <summary>The agent ends, the clock is set, and another one reads the journal: what was seen is gone, what was begun is interrupted.</summary>
    public Scene StartAnew(TimeSpan clockSet)
    {
        Now += clockSet;
        Picture = HostPicture.Empty;
        Budgets = Budgets.NotAfter(Now);
        for (var i = 0; i < Incidents.Count; i++)
            Incidents[i] = Incidents[i].TakenUp(Now);
        foreach (var incident in Incidents.Where(i => i.State == IncidentState.Recovering).ToList())
            Apply(incident.Id, new Interrupted(Now, "the agent ended"));
        return this;
    }

    public IReadOnlyList<StepKind> PlannedSteps() => [.. Last.Recovery!.Value.Recovery.Steps.Select(s => s.Kind)];
}

internal static class Some
{
    public static Observation Observation(string probe, Subject subject, DateTimeOffset at) =>
        new() { Probe = probe, Subject = subject, Verdict = Verdict.Healthy, Summary = "well", At = at };

    public static Incident Incident(IncidentState state = IncidentState.Suspected) =>
        Incidents.Incident.Open("i", new Suspected(Scene.Start, FaultCodes.EngineExited, Scene.Deepseek, "engine-process", "gone", [])) with { State = state };

    /// <summary>An incident as the journal may hold it. It was suspected and entered its state at the same time.</summary>
    public static Incident Incident(string id, string fault, Subject subject, IncidentState state, DateTimeOffset since) =>
        Incidents.Incident.Open(id, new Suspected(since, fault, subject, Probe(subject), fault, [])) with { State = state, Reason = "as it was" };

    /// <summary>The probe that raises the incidents of a subject here.</summary>
    public static string Probe(Subject subject) => subject.Kind switch
    {
        SubjectKind.Engine => "engine-verdict",
        SubjectKind.Driver => "driver-unit",
        _ => "chip-health",
    };
}
