using Agent.Adapters;
using Agent.Adapters.Files;
using Agent.Adapters.Processes;
using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Engines.Chips;
using Agent.Engines.Kinds;
using Agent.Engines.Signs;

namespace Agent.Engines.Starting;

/// <summary>
/// Starts an engine after a look whether it can run. No new process is started while an old one of the engine lives. If a port, a chip
/// or /dev/shm would make the start fail minutes later, the start is refused at once, and the message names the process that has it.
/// </summary>
internal sealed class EngineStarter(ChipNumbering numbering, StartChecks checks, TimeProvider clock)
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>The engine was adopted. From now on this agent holds its port.</summary>
    public void Keep(SupervisedEngine engine) => checks.Keep(engine);

    /// <summary>Takes over the process that has the engine's port and its command line, whoever started it.</summary>
    public async Task<Outcome> AdoptAsync(SupervisedEngine engine, CancellationToken cancellation)
    {
        var handle = engine.Handle;
        if (handle.Life() == EngineLife.Running || await handle.TakeOverFoundAsync(cancellation))
            return (true, $"is the agent's already as process {handle.Run!.ProcessId}");
        if (checks.Twin(engine.Settings) is not { } twin)
            return (false, $"no process runs {engine.Settings.Model} on port {engine.Settings.Port}, so there is nothing to take over");
        if (await handle.TakeOverAsync(twin.Id, cancellation) is { } problem)
            return (false, problem);
        Keep(engine);
        return (true, $"process {twin.Id.Pid} is taken over as it runs");
    }

    /// <summary>Tries once. The caller decides how long to wait for a refusal that passes.</summary>
    public Task<Outcome> StartAsync(SupervisedEngine engine, CancellationToken cancellation) =>
        StartAsync(engine, Nothing, TimeSpan.Zero, _ => { }, cancellation);

    /// <param name="engine">The engine.</param>
    /// <param name="extra">Variables for this run only. They override those of the configuration.</param>
    /// <param name="patience">How long to try again after a refusal that passes.</param>
    /// <param name="progress">Tells people about a wait.</param>
    /// <param name="cancellation">The agent stops.</param>
    public async Task<Outcome> StartAsync(SupervisedEngine engine, IReadOnlyDictionary<string, string> extra, TimeSpan patience,
        Action<string> progress, CancellationToken cancellation)
    {
        var handle = engine.Handle;
        if (handle.Life() == EngineLife.Running || await handle.TakeOverFoundAsync(cancellation))
            return (true, $"runs already as process {handle.Run!.ProcessId}");
        try
        {
            var (refusal, found) = await WayAsync(engine, cancellation);
            if (refusal is not null)
                return Refused(handle, refusal);
            var (ids, untold) = await numbering.OfAsync(engine.Settings, cancellation);
            if (ids is null)
                return Refused(handle, new StartRefusal(FaultCodes.EngineChipsUnknown, untold!));
            if (await PassingRefusals.OutlastAsync(async () => (await handle.StartAsync(ids, extra, cancellation)).Refusal, patience, progress, clock,
                cancellation) is { } refused)
                return Refused(handle, StartRefusal.Of(refused));
            handle.Refusal = null;
            var record = handle.RecordProblem is { } unwritten ? $", its record waits for the disk ({unwritten})" : "";
            return (true, $"process {handle.Run!.ProcessId}, log {handle.Run.LogFile}{record}; {found}");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // A folder of the host is missing, full or closed. No setting of vLLM is wrong.
            var fault = DiskRefusals.Of(refused) is null ? FaultCodes.EngineStartForbidden : FaultCodes.EngineStartWithoutRoom;
            return Refused(handle, new StartRefusal(fault, refused.Message));
        }
    }

    /// <summary>The refusal stands until a start is begun. The obstacle may be gone by then, but the engine still does not run.</summary>
    private Outcome Refused(EngineHandle handle, StartRefusal refusal)
    {
        handle.Refusal = refusal with { Since = clock.GetTimestamp() };
        return (false, $"refused: {refusal.Detail}");
    }

    private async Task<(StartRefusal? Refusal, string Found)> WayAsync(SupervisedEngine engine, CancellationToken cancellation)
    {
        var handle = engine.Handle;
        // A reset may just have freed the processes that SIGKILL could not end.
        var limit = handle.Survivors.Count > 0 ? engine.Settings.Stop.KillWait : TimeSpan.Zero;
        IReadOnlyList<ProcessEntry>? leftovers = [];
        if (await GrowingPause.UntilAsync(async () => (leftovers = await handle.LeftoversAsync(cancellation)) is [], limit, clock, cancellation))
            return await checks.PrepareAsync(engine, cancellation);
        var left = leftovers is null ? "whether leftover processes of it live cannot be read in time"
            : $"leftover processes of it live: {string.Join(", ", leftovers.Select(p => $"{p.Id.Pid} {p.Name}"))}";
        return (new StartRefusal(FaultCodes.EngineOrphans, left), left);
    }
}
