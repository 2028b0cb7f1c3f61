using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using static Agent.Domain.Recovery.StepKind;

namespace Agent.Domain.Recovery;

/// <summary>
/// The rungs of the ladder as steps. Evidence that a step destroys is collected before it. The rest is collected
/// while the engine comes up, so that no engine waits for it. It is collected after a failed step, too.
/// </summary>
internal static class LadderSteps
{
    public static IReadOnlyList<Step> For(Rung rung, HostLayout layout, Subject subject) => For(rung, layout, subject, Touched(rung, layout, subject));

    /// <param name="rung">The rung.</param>
    /// <param name="layout">The engines and their chips.</param>
    /// <param name="subject">The subject to mend.</param>
    /// <param name="engines">The engines that are stopped for it and given back.</param>
    public static IReadOnlyList<Step> For(Rung rung, HostLayout layout, Subject subject, IReadOnlyList<Subject> engines)
    {
        var rest = new Step(CompleteEvidence, subject) { EvenAfterFailure = true };
        return rung switch
        {
            Rung.Engine =>
            [
                new Step(CollectEvidence, subject), .. Each(StopEngine, engines), .. Each(WaitForChipMemory, engines),
                .. Each(StartEngine, engines), rest, .. Each(VerifyEngine, engines),
            ],
            Rung.Orphans =>
            [
                new Step(CollectEvidence, subject), .. Each(StopEngine, engines), .. Each(ClearOrphans, engines),
                .. Each(WaitForChipMemory, engines), .. Each(StartEngine, engines), rest, .. Each(VerifyEngine, engines),
            ],
            _ =>
            [
                new Step(CollectAllEvidence, Subject.Host), .. engines.Select(e => new Step(StopEngine, e) { LeavesStuck = true }),
                    .. KeySteps(rung, layout, subject),
                new Step(WaitForChips, Subject.Host), .. Each(WaitForChipMemory, engines, evenAfterFailure: true),
                    .. Each(StartEngine, engines, evenAfterFailure: true),
                rest, .. Each(VerifyEngine, engines),
            ],
        };
    }

    /// <summary>The steps whose budgets decide whether the rung may be taken.</summary>
    public static IReadOnlyList<Step> KeySteps(Rung rung, HostLayout layout, Subject subject) => rung switch
    {
        Rung.Engine => [.. Each(StartEngine, Touched(rung, layout, subject))],
        Rung.Orphans => [.. Each(ClearOrphans, Touched(rung, layout, subject))],
        Rung.Chip => [.. ResetTargets(layout, subject).Select(c => new Step(ResetChip, c))],
        Rung.Driver => [new Step(RestartDriver, Subject.Driver)],
        _ => [],
    };

    /// <summary>
    /// The remaining steps of an interrupted recovery. A reset or restart that was begun is not done twice,
    /// because systemd and the chip finish it without the agent. The wait that follows it tells how it ended.
    /// </summary>
    public static IReadOnlyList<Step> GoOn(HostLayout layout, Incident incident)
    {
        var rest = incident.Running is { Kind: ResetChip or RestartDriver } begun
            ? incident.Remaining.SkipWhile(s => s != begun).Skip(1)
            : incident.Remaining;
        var steps = rest.ToList();
        if (steps.Count > 0)
            return steps;
        return [.. layout.Engines.Where(e => e.Wanted && incident.Touched.Contains(e.Subject)).Select(e => new Step(VerifyEngine, e.Subject))];
    }

    /// <param name="rung">The rung.</param>
    /// <param name="layout">The engines and their chips.</param>
    /// <param name="steps">The steps of the plan.</param>
    /// <param name="serving">The engines that were seen to serve. The plan costs their requests.</param>
    public static string BlastRadius(Rung rung, HostLayout layout, IReadOnlyList<Step> steps, IReadOnlyList<Subject> serving)
    {
        var engines = steps.Where(s => s.Kind is StopEngine or StartEngine).Select(s => s.Subject.ToString()).Distinct().ToList();
        var chips = steps.Where(s => s.Kind == ResetChip).SelectMany(s => layout.ResetGroup(s.Subject)).Distinct().Select(c => c.Id).ToList();
        List<string> parts = [];
        if (engines.Count > 0)
            parts.Add("restarts " + string.Join(", ", engines));
        if (chips.Count > 0)
            parts.Add($"resets {Counted.Text(chips.Count, "chip")} ({string.Join(", ", chips)})");
        if (rung == Rung.Driver)
            parts.Add("restarts the driver of all chips");
        var cut = serving.Where(e => engines.Contains(e.ToString())).ToList();
        if (cut.Count > 0)
            parts.Add($"cuts the requests of {string.Join(", ", cut)}, which {(cut.Count == 1 ? "serves" : "serve")}");
        return parts.Count == 0 ? "nothing" : string.Join("; ", parts);
    }

    /// <summary>The wanted engines that a rung stops and gives back.</summary>
    public static IReadOnlyList<Subject> Touched(Rung rung, HostLayout layout, Subject subject)
    {
        var engines = rung switch
        {
            Rung.Driver => layout.Engines,
            Rung.Chip => EnginesOnAny(layout, ResetTargets(layout, subject).SelectMany(layout.ResetGroup)),
            _ => layout.EnginesOn(subject),
        };
        return [.. engines.Where(e => e.Wanted).Select(e => e.Subject)];
    }

    /// <summary>One chip of each reset group that holds the subject's chips. A reset of two chips of a group would reset the group twice.</summary>
    private static List<Subject> ResetTargets(HostLayout layout, Subject subject)
    {
        IEnumerable<Subject> chips = subject.Kind == SubjectKind.Chip ? [subject] : layout.EnginesOn(subject).SelectMany(e => e.Chips);
        List<Subject> targets = [];
        foreach (var chip in chips)
        {
            if (!targets.Exists(t => layout.ResetGroup(t).Contains(chip)))
                targets.Add(chip);
        }

        return targets;
    }

    private static IEnumerable<EngineOnChips> EnginesOnAny(HostLayout layout, IEnumerable<Subject> chips)
    {
        var set = chips.ToHashSet();
        return layout.Engines.Where(e => e.Chips.Any(set.Contains));
    }

    private static IEnumerable<Step> Each(StepKind kind, IEnumerable<Subject> subjects, bool evenAfterFailure = false) =>
        subjects.Select(s => new Step(kind, s) { EvenAfterFailure = evenAfterFailure });
}
