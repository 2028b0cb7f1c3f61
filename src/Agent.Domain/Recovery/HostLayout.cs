using Agent.Domain.Faults;
using Agent.Domain.Observations;

namespace Agent.Domain.Recovery;

/// <summary>An engine and the chips that are its own.</summary>
/// <param name="Wanted">False: an operator stopped it, so no plan stops or starts it.</param>
public sealed record EngineOnChips(string Name, IReadOnlyList<Subject> Chips, bool Wanted)
{
    public Subject Subject => Subject.Engine(Name);
}

/// <summary>The reach of a chip reset.</summary>
public enum ResetScope
{
    Chip,
    Card,

    /// <summary>HCCS boards (910B, A3): a reset of one chip resets all chips of the host (facts of the vendor's reset command).</summary>
    Host,
}

/// <summary>The engines and the chips that they use. From this follows what a step touches.</summary>
public sealed record HostLayout(IReadOnlyList<EngineOnChips> Engines, IReadOnlyList<Subject> Chips, ResetScope ResetScope)
{
    /// <summary>Engines that cannot be well while the subject is not.</summary>
    public IEnumerable<EngineOnChips> EnginesOn(Subject subject) => subject.Kind switch
    {
        SubjectKind.Engine => Engines.Where(e => e.Name == subject.Id),
        SubjectKind.Chip => Engines.Where(e => e.Chips.Contains(subject)),
        _ => Engines,
    };

    /// <summary>Whether a fault of one may be an echo of a fault of the other.</summary>
    public bool Concerns(Subject cause, Subject echo) =>
        cause == echo
        || cause.Kind is SubjectKind.Host or SubjectKind.Driver
        || echo.Kind is SubjectKind.Host or SubjectKind.Driver
        || EnginesOn(cause).Any(e => e.Subject == echo || e.Chips.Contains(echo));

    /// <summary>
    /// The known values for texts about an observation. For a chip they include the engine if a reset of the chip concerns only one engine.
    /// </summary>
    public IReadOnlyDictionary<string, string>? KnownOf(Observation seen)
    {
        if (seen.Subject.Kind != SubjectKind.Chip || seen.Known?.ContainsKey(Placeholders.Engine) == true)
            return seen.Known;
        var board = ResetGroup(seen.Subject);
        return Engines.Where(e => e.Chips.Any(board.Contains)).ToList() is [var only]
            ? new Dictionary<string, string>(seen.Known ?? new Dictionary<string, string>(), StringComparer.Ordinal) { [Placeholders.Engine] = only.Name }
            : seen.Known;
    }

    /// <summary>The chips that are reset together with this one.</summary>
    public IReadOnlyList<Subject> ResetGroup(Subject chip)
    {
        var card = chip.CardAndChip().Card;
        return ResetScope switch
        {
            ResetScope.Chip => [chip],
            ResetScope.Card => [.. Chips.Append(chip).Distinct().Where(c => c.CardAndChip().Card == card)],
            _ => [.. Chips.Append(chip).Distinct()],
        };
    }
}
