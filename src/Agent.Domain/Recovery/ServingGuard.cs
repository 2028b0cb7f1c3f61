using Agent.Domain.Incidents;
using Agent.Domain.Observations;

namespace Agent.Domain.Recovery;

/// <summary>The limits of a step towards engines that still serve.</summary>
/// <param name="Hold">The reason why nothing is done for now. Null when something is done.</param>
/// <param name="Narrow">The engines to restart first, alone. Null when the step itself may be taken.</param>
/// <param name="Serving">The engines that the step takes down although they serve.</param>
internal sealed record ServingWord(string? Hold, IReadOnlyList<Subject>? Narrow, IReadOnlyList<Subject> Serving);

/// <summary>
/// Neither a wide step nor the fault of a chip takes down an engine that still serves: npu-smi may be wrong, but an engine that
/// completes requests is well. If one engine hangs on an alarmed chip, its alarm must not reset the board under another engine
/// that works. The sick engine is restarted alone first. Only if that fails may the wide step cost the others their requests.
/// </summary>
internal static class ServingGuard
{
    public static ServingWord Of(PlanDraft draft, Incident incident, Rung rung)
    {
        var layout = draft.Layout;
        var own = layout.EnginesOn(incident.Subject).Where(e => e.Wanted).Select(e => e.Subject).ToHashSet();
        var words = layout.Engines
            .Where(e => own.Contains(e.Subject) || LadderSteps.Touched(rung, layout, incident.Subject).Contains(e.Subject))
            .Where(e => e.Wanted)
            .Select(e => (e.Subject, Serves: draft.Serves(e, incident.SuspectedAt)))
            .ToList();
        var serving = words.Where(w => w.Serves == true).Select(w => w.Subject).ToList();
        var sick = words.Where(w => own.Contains(w.Subject) && w.Serves != true).Select(w => w.Subject).ToList();
        if (serving.Count > 0 && sick.Count == 0)
            return new ServingWord($"{string.Join(", ", serving)} still {(serving.Count == 1 ? "serves" : "serve")}; the step would take "
                + $"{(serving.Count == 1 ? "it" : "them")} down", null, serving);
        if (MayStillTell(words, own) && draft.Now - incident.SuspectedAt < draft.Settings.ServingProofWait)
            return new ServingWord("waits to learn whether the engines concerned still serve", null, serving);

        var sparesOthers = sick.Count > 0 && words.Exists(w => w.Serves != false && !sick.Contains(w.Subject));
        var wasTried = incident.Attempts.Any(a => a < Rung.Chip) || RestartsAreSpent(draft, sick);
        return new ServingWord(null, sparesOthers && !wasTried ? sick : null, serving);
    }

    /// <summary>
    /// It is enough that one of the subject's own engines is known to be down. The answer of a bystander is waited for. A bystander that is down tells
    /// nothing of the subject's own engines.
    /// </summary>
    private static bool MayStillTell(List<(Subject Subject, bool? Serves)> words, HashSet<Subject> own) =>
        words.Exists(w => w.Serves is null && !own.Contains(w.Subject))
        || (words.Exists(w => w.Serves is null) && !words.Exists(w => w.Serves == false && own.Contains(w.Subject)));

    /// <summary>Spent restarts were tried, no matter for which incident.</summary>
    private static bool RestartsAreSpent(PlanDraft draft, List<Subject> engines) =>
        engines.Exists(e => draft.Budgets.Refusal(StepKind.StartEngine, e, draft.Now) is not null);
}
