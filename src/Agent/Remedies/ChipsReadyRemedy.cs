using Agent.Adapters.NpuSmi;
using Agent.Configuration.Declared;
using Agent.Configuration.Host;
using Agent.Domain;
using Agent.Domain.Recovery;
using Agent.Engines.Chips;

namespace Agent.Remedies;

/// <summary>Waits until every chip is listed and none is in alarm: the only word on a reset or a driver restart that counts.</summary>
internal sealed class ChipsReadyRemedy(NpuSmi npuSmi, ChipInventory chips, VendorSettings vendor, TimeProvider clock) : IRemedy
{
    public static readonly DeclaredRemedy Declared = new(StepKind.WaitForChips);

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    public StepKind Kind => Declared.Step;

    public async Task<StepOutcome> RunAsync(StepContext context, CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        while (true)
        {
            var answer = await npuSmi.TableAsync(cancellation);
            var problem = answer.Value is { } table ? Sick(table) : answer.Problem!.Cause;
            if (problem is null)
                return StepOutcome.Done($"{answer.Value!.Chips.Count} chips are well after {Durations.Text(clock.GetElapsedTime(begun))}");
            if (clock.GetElapsedTime(begun) > vendor.ChipsReadyLimit)
                return StepOutcome.Failed($"after {Durations.Text(vendor.ChipsReadyLimit)}: {problem}");
            context.Progress(problem);
            await Task.Delay(Step, clock, cancellation);
        }
    }

    private string? Sick(ChipTable table)
    {
        var missing = chips.Expected.Except(table.Chips.Select(ChipInventory.SubjectOf)).Select(c => c.Id).ToList();
        if (missing.Count > 0)
            return $"{table.Chips.Count} of {Counted.Text(chips.Expected.Count, "chip")} "
                + $"{(table.Chips.Count == 1 ? "is" : "are")} listed; missing: {string.Join(", ", missing)}";
        var sick = table.Chips.Where(r => r.Condition is ChipCondition.Alarm or ChipCondition.Critical or ChipCondition.Unknown).ToList();
        return sick.Count == 0 ? null : string.Join(", ", sick.Select(r => $"chip {r.Card}/{r.Chip} reports {r.ConditionText}"));
    }
}
