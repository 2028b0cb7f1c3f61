using Agent.Domain.Faults;

namespace Agent.Domain.Engines;

/// <summary>
/// Memory that stays held on the chips of an engine that is gone, longer than the driver may take to release it. No process of the
/// engine lives then, so who is on the chips is another, and a reset would hit him; only where nobody is, it is the driver's.
/// </summary>
internal static class HeldRules
{
    private const string WhoHolds = "npu-smi info -t proc-mem -i CARD -c CHIP, fuser -v /dev/davinci*";

    public static EngineVerdict? Judge(EngineView view)
    {
        if (view.Held is not { IsBeingReleased: false } held)
            return null;
        var fault = held.Holder switch
        {
            ChipHolder.ByHand => FaultCodes.EngineStartedByHand,
            ChipHolder.Others => FaultCodes.DeviceTaken,
            _ => FaultCodes.ChipMemoryHeld,
        };
        // A start that was refused for another reason keeps that one: it would be met again on empty chips. One that was refused for the same
        // reason names the holder.
        if (view.Signs.Start is { RefusedFault: { } refused } && !FaultCatalog.Default.Explains(fault, refused))
            return null;
        var verdict = new EngineVerdict(EngineState.Failed, EngineRules.ChipsHeld, held.Text) { Detail = "its chips are held", Fault = fault };
        return held.Holder == ChipHolder.Nobody ? verdict with { NextStep = WhoHolds, Known = KnownOf(held) } : verdict;
    }

    private static Dictionary<string, string> KnownOf(HeldSign held) => new(StringComparer.Ordinal)
    {
        [Placeholders.Card] = Placeholders.Fill(Placeholders.Card, held.Chip, null),
        [Placeholders.Chip] = Placeholders.Fill(Placeholders.Chip, held.Chip, null),
    };
}
