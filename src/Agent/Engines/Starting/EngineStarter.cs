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
        try
        {
            var (refusal, found) = await WayAsync(engine, cancellation);
            var (run, problem) = refusal is not null ? (null, null) : await host.StartAsync(await LogicIds.OfAsync(npuSmi, engine.Settings, cancellation), extra, cancellation);
            if (run is null)
                return Refused(host, refusal ?? new StartRefusal(FaultCodes.EngineConfigError, problem!));
            host.Refusal = null;
            return (true, $"process {run.ProcessId}, log {run.LogFile}; {found}");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return Refused(host, new StartRefusal(FaultCodes.EngineConfigError, refused.Message));
        }
    }

    /// <summary>It stands until a start is begun: whoever was in the way may be gone by then, the engine still does not run.</summary>
    private static (bool Started, string Detail) Refused(EngineHost host, StartRefusal refusal)
    {
        host.Refusal = refusal;
        return (false, $"refused: {refusal.Detail}");
    }

    private async Task<(StartRefusal? Refusal, string Found)> WayAsync(SupervisedEngine engine, CancellationToken cancellation)
    {
        var host = engine.Host;
        // A reset may just have freed what SIGKILL could not end.
        var limit = host.Survivors.Count > 0 ? engine.Settings.Stop.KillWait : TimeSpan.Zero;
        if (await GrowingPause.UntilAsync(() => host.Leftovers().Count == 0, limit, clock, cancellation))
            return await checks.PrepareAsync(engine, cancellation);
        var left = $"leftover processes of it live: {string.Join(", ", host.Leftovers().Select(p => $"{p.Id.Pid} {p.Name}"))}";
        return (new StartRefusal(FaultCodes.EngineOrphans, left), left);
    }
}
