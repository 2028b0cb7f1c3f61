using Agent.Adapters.Processes;
using Agent.Configuration.Declared;
using Agent.Domain;
using Agent.Domain.Engines;
using Agent.Domain.Observations;
using Agent.Engines;
using Agent.Engines.Chips;
using Agent.Engines.Runs;
using Agent.Engines.Starting;

namespace Agent.Probes.Engine;

/// <summary>
/// The run of an engine: its main process, its log, its start, who paused it. It comes often, and so it is also the beat by which the
/// engine is judged. Besides, the engine core's process goes while the main process lives on and answers as if nothing were (seen on
/// Ascend hosts after a stuck broadcast). Its processes are found by their titles once the engine serves; an engine without such titles
/// is not judged by them. What it cannot see: a process that lives and does nothing.
/// </summary>
internal sealed class EngineProcessProbe(SupervisedEngine engine, ChipNumbering numbering, TimeProvider clock) : IProbe
{
    public static readonly DeclaredProbe Declared = new(
        "engine-process", "2s", "2s",
        "The run of an engine: its process, its log, its start, who paused it; once it serves, whether one of its cores is gone.");

    private readonly BoundedLook<IReadOnlyList<ProcessEntry>> _tree = new();
    private readonly RunReading _run = new(engine, numbering, clock);
    private (EngineRun Run, IReadOnlyList<ProcessEntry> Cores, long? MissingSince)? _known;

    public string Name => Declared.Name;

    public Subject Subject => engine.Settings.Subject;

    public bool NamesCauses => true;

    /// <summary>False where the probe is switched off: the look at the run goes on, as the beat of the verdict, without that at its cores.</summary>
    public bool LooksForCores { get; init; } = true;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        var isReadable = await engine.AskUntoldAsync(clock, cancellation);
        var seen = await _run.ReadAsync(cancellation);
        var (told, core) = isReadable ? await LookCoresAsync(cancellation) : (Unreadable(), null);
        return [told with { Sign = seen with { Core = core } }];
    }

    private Observation Unreadable() => this.CouldNotLook("its processes cannot be read in time", clock.GetUtcNow());

    private async Task<(Observation Told, CoreSign? Core)> LookCoresAsync(CancellationToken cancellation)
    {
        var handle = engine.Handle;
        if (handle.Run is not { } run || handle.Life() != EngineLife.Running)
            return (this.CouldNotLook(handle.Wanted ? "no main process" : "stopped on request", clock.GetUtcNow()), null);
        var up = $"process {run.ProcessId}, up {Durations.Text(clock.GetUtcNow() - run.StartedAt)}";
        if (handle.Log?.Read().Stage != StartupStage.Serving)
            return (this.Healthy(up, clock.GetUtcNow()), null);

        if (!LooksForCores)
            return (this.Healthy($"{up}; its engine cores are not looked at: the probe is switched off", clock.GetUtcNow()), null);

        if (_known?.Run != run)
        {
            var (ended, found) = await _tree.SeeAsync(() => Task.FromResult(handle.Tree()), clock, cancellation);
            // A look that hung while another run was there is not of this one.
            if (!ended || handle.Run != run || found!.Any(p => p.IsUnread))
                return (Unreadable(), null);
            _known = (run, [.. found!.Where(p => p.IsEngineCore)], null);
        }

        var cores = _known.Value.Cores;
        if (cores.Count == 0)
            return (this.Healthy($"{up}; no process has an engine core's title", clock.GetUtcNow()), null);

        var gone = cores.Where(c => !handle.IsAlive(c)).ToList();
        // The main process goes soon after its core, as a rule: asked again, so that a plain end is not taken for this.
        if (gone.Count > 0 && handle.Life() != EngineLife.Running)
            return (this.CouldNotLook("the main process ended", clock.GetUtcNow()), null);
        _known = (run, cores, gone.Count == 0 ? null : _known.Value.MissingSince ?? clock.GetTimestamp());
        var text = gone.Count == 0
            ? $"{cores.Count} of {cores.Count} live"
            : $"engine core {string.Join(", ", gone.Select(c => c.Id.Pid))} is gone, main process {run.ProcessId} lives";
        var now = clock.GetUtcNow();
        TimeSpan? missing = _known.Value.MissingSince is { } since ? clock.GetElapsedTime(since) : null;
        var told = missing is null ? this.Healthy($"{up}; engine core: {text}", now) : this.CouldNotLook(text, now) with { Serving = false };
        return (told, new CoreSign(now, missing, text));
    }
}
