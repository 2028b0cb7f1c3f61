using System.Globalization;
using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Configuration.Declared;
using Agent.Configuration.Host;
using Agent.Domain.Recovery;

namespace Agent.Remedies;

/// <summary>
/// Runs the reset command and answers its questions. What it prints is recorded and not believed: npu-smi has said
/// "Reset chip successfully" after a failed reset, so the wait for healthy chips that follows decides. It needs root.
/// </summary>
internal sealed class ChipResetRemedy(IProcessRunner processes, VendorSettings vendor, RootUnits root) : IRemedy
{
    public static readonly DeclaredRemedy Declared = new(StepKind.ResetChip, 2, "6h");

    public StepKind Kind => Declared.Step;

    public async Task<StepOutcome> RunAsync(StepContext context, CancellationToken cancellation)
    {
        if (vendor.ChipReset is not { } words)
            return StepOutcome.Failed("no chip reset command is configured");
        var (card, chip) = context.Step.Subject.CardAndChip();
        if (root.ResetsChips)
        {
            context.Progress($"root resets chip {context.Step.Subject.Id}");
            var (succeeded, detail) = await root.ResetChipAsync(card, chip, vendor.ChipResetLimit, cancellation);
            return new StepOutcome(succeeded, detail);
        }

        var command = CommandLine.Of(words)
            .With("{card}", card.ToString(CultureInfo.InvariantCulture))
            .With("{chip}", chip.ToString(CultureInfo.InvariantCulture));
        context.Progress(command.ToString());
        var result = await processes.RunAsync(command, new ProcessLimits(vendor.ChipResetLimit), vendor.ChipResetAnswers, cancellation: cancellation);
        return result.Succeeded ? StepOutcome.Done(LastLine(result)) : StepOutcome.Failed(result.Describe());
    }

    private static string LastLine(ProcessResult result) => result.Output.Trim().Split('\n')[^1].Trim();
}
