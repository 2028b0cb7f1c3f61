using Agent.Adapters.Processes;
using Agent.Configuration.Declared;
using Agent.Configuration.Host;
using Agent.Domain;
using Agent.Domain.Recovery;

namespace Agent.Remedies;

/// <summary>Restarts the driver by the configured command. All engines are stopped before: the driver serves all chips.</summary>
internal sealed class DriverRestartRemedy(IProcessRunner processes, VendorSettings vendor) : IRemedy
{
    public static readonly DeclaredRemedy Declared = new(StepKind.RestartDriver, 2, "6h");

    public StepKind Kind => Declared.Step;

    public async Task<StepOutcome> RunAsync(StepContext context, CancellationToken cancellation)
    {
        if (vendor.DriverRestart is not { } words)
            return StepOutcome.Failed("no driver restart command is configured");
        var command = CommandLine.Of(words);
        context.Progress(command.ToString());
        var result = await processes.RunAsync(command, new ProcessLimits(vendor.DriverRestartLimit), cancellation: cancellation);
        return result.Succeeded ? StepOutcome.Done($"{command}, {Durations.Text(result.Duration)}") : StepOutcome.Failed(result.Describe());
    }
}
