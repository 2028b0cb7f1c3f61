using Agent.Domain.Incidents;
using Agent.Domain.Observations;

namespace Agent.Domain.Recovery;

/// <summary>What a step may do to engines that still serve.</summary>
/// <param name="Hold">Why nothing is done for now; null when something is.</param>
/// <param name="Narrow">The engines to restart first, alone; null when the step itself may be taken.</param>
/// <param name="Serving">The engines that the step takes down although they serve.</param>
internal sealed record ServingWord(string? Hold, IReadOnlyList<Subject>? Narrow, IReadOnlyList<Subject> Serving);

/// <summary>
/// Neither a wide step nor the word of a chip takes down what still serves: npu-smi may be wrong, an engine that completes
/// requests is not. An alarm under one engine that hangs must not reset the board under another one that works: the sick engine
/// is restarted alone first, and only when that has failed may the wide step cost the others their requests.
/// </summary>
internal static class ServingGuard
{
    public static ServingWord Of(Decision decision, Incident incident, Rung rung)
    {
        var layout = decision.Layout;
        var own = layout.EnginesOn(incident.Subject).Where(e => e.Wanted).Select(e => e.Subject).ToHashSet();
        var words = layout.Engines
            .Where(e => own.Contains(e.Subject) || LadderSteps.Touched(rung, layout, incident.Subject).Contains(e.Subject))
            .Where(e => e.Wanted)
            .Select(e => (e.Subject, Serves: decision.Serves(e, incident.SuspectedAt)))
            .ToList();
        var serving = words.Where(w => w.Serves == true).Select(w => w.Subject).ToList();
        var sick = words.Where(w => own.Contains(w.Subject) && w.Serves != true).Select(w => w.Subject).ToList();
        if (serving.Count > 0 && sick.Count == 0)
            return new ServingWord($"{string.Join(", ", serving)} still {(serving.Count == 1 ? "serves" : "serve")}; the step would take {(serving.Count == 1 ? "it" : "them")} down", null, serving);
        if (MayStillTell(words, own) && decision.Now - incident.SuspectedAt < decision.Settings.ServingProofWait)
            return new ServingWord("waits to learn whether the engines concerned still serve", null, serving);

        var sparesOthers = sick.Count > 0 && words.Exists(w => w.Serves != false && !sick.Contains(w.Subject));
        var wasTried = incident.Attempts.Any(a => a < Rung.Chip) || RestartsAreSpent(decision, sick);
        return new ServingWord(null, sparesOthers && !wasTried ? sick : null, serving);
    }

    /// <summary>One engine of the subject's own that is known to be down is enough; a bystander's word is waited for.</summary>
    private static bool MayStillTell(List<(Subject Subject, bool? Serves)> words, HashSet<Subject> own) =>
        words.Exists(w => w.Serves is null && !own.Contains(w.Subject))
        || (words.Exists(w => w.Serves is null) && !words.Exists(w => w.Serves == false));

    /// <summary>Restarts that are spent were tried, by whichever incident.</summary>
    private static bool RestartsAreSpent(Decision decision, List<Subject> engines) =>
        engines.Exists(e => decision.Budgets.Refusal(StepKind.StartEngine, e, decision.Now) is not null);
}
