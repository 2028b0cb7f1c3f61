using Agent.Adapters.NpuSmi;
using Agent.Domain.Faults;

namespace Agent.Engines.Starting;

/// <summary>
/// Starts an engine after it looked whether it can run. No new process while an old one of it lives; a port, a chip or a
/// /dev/shm that would make it fail minutes later refuses the start at once, and who has it is named.
/// </summary>
internal sealed class EngineStarter(NpuSmi npuSmi, StartChecks checks, TimeProvider clock)
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>It was adopted: its port is this agent's from now on.</summary>
    public void Keep(SupervisedEngine engine) => checks.Keep(engine);

    public Task<(bool Started, string Detail)> StartAsync(SupervisedEngine engine, CancellationToken cancellation) => StartAsync(engine, Nothing, cancellation);

    /// <param name="engine">The engine.</param>
    /// <param name="extra">Variables of this one run, over those of the configuration.</param>
    /// <param name="cancellation">The agent stops.</param>
    public async Task<(bool Started, string Detail)> StartAsync(SupervisedEngine engine, IReadOnlyDictionary<string, string> extra, CancellationToken cancellation)
    {
        var host = engine.Host;
        if (host.Life() == EngineLife.Running)
            return (true, $"runs already as process {host.Run!.ProcessId}");
        // A reset may just have freed what SIGKILL could not end.
        if (!await GrowingPause.UntilAsync(() => host.Leftovers().Count == 0, host.Survivors.Count > 0 ? engine.Settings.Stop.KillWait : TimeSpan.Zero, clock, cancellation))
            return (false, $"leftover processes of it live: {string.Join(", ", host.Leftovers().Select(p => $"{p.Id.Pid} {p.Name}"))}");

        try
        {
            var (refusal, found) = await checks.PrepareAsync(engine, cancellation);
            host.Refusal = refusal;
            if (refusal is not null)
                return (false, $"refused: {refusal.Detail}");
            var (run, problem) = await host.StartAsync(await LogicIdsAsync(engine, cancellation), extra, cancellation);
            if (run is not null)
                return (true, $"process {run.ProcessId}, log {run.LogFile}; {found}");
            host.Refusal = new StartRefusal(FaultCodes.EngineConfigError, problem!);
            return (false, problem!);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return (false, refused.Message);
        }
    }

    /// <summary>
    /// Without an answer of npu-smi the card number stands for the logic id, which holds on hosts that show all their chips;
    /// an engine must be startable while npu-smi is not.
    /// </summary>
    private async Task<IReadOnlyList<int>> LogicIdsAsync(SupervisedEngine engine, CancellationToken cancellation)
    {
        var ids = (await npuSmi.MappingAsync(cancellation)).Value?.LogicIds;
        return [.. engine.Settings.Chips.Select(c => c.CardAndChip()).Select(c => ids is not null && ids.TryGetValue(c, out var id) ? id : c.Card)];
    }
}
