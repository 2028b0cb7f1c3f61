using Agent.Adapters.VllmHttp;
using Agent.Configuration.Declared;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines;
using Agent.Engines.Drift;
using Agent.Engines.Runs;

namespace Agent.Probes.Engine;

/// <summary>
/// An engine that runs with other options than the file says: adopted from an earlier configuration, started by hand, or an
/// option that vLLM passed over. Seen by what it says of itself: the line of its options in the log, the served model, the
/// labels of its KV cache. What it cannot see: options that leave no trace there, and environment.
/// </summary>
internal sealed class EngineDriftProbe(SupervisedEngine engine, TimeProvider clock) : IProbe
{
    public static readonly DeclaredProbe Declared = new("engine-drift", "60s", "10s", "Whether the engine runs with the options that stand here.");

    private const int Told = 3;
    private static readonly TimeSpan HttpLimit = TimeSpan.FromSeconds(4);

    private (EngineRun Run, EngineArguments? Arguments)? _read;

    public string Name => Declared.Name;

    public Subject Subject => engine.Settings.Subject;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        if (engine.NotServingYet() is { } reason)
            return [this.CouldNotLook(reason, clock.GetUtcNow())];

        var models = await engine.Http.ModelsAsync(HttpLimit, cancellation);
        var metrics = await engine.Http.MetricsAsync(HttpLimit, cancellation);
        var cache = metrics.Value is { } page ? Exposition.Samples(page, "vllm:cache_config_info{").FirstOrDefault()?.Labels : null;
        var found = new EngineAsFound(Arguments(), models.Value, cache);
        var now = clock.GetUtcNow();
        if (found is { Arguments: null, Models: null, Cache: null })
            return [this.CouldNotLook(models.Problem, now)];

        var differences = EngineDrift.Find(engine.Settings, found);
        if (differences.Count == 0)
            return [this.Healthy($"runs as configured, by {string.Join(", ", Seen(found))}", now)];
        var more = differences.Count > Told ? $"; {differences.Count - Told} more" : "";
        return [this.Faulty(FaultCodes.EngineConfigDrift, string.Join("; ", differences.Take(Told)) + more, now, [.. differences.Select(d => d.ToString())])];
    }

    private static IEnumerable<string> Seen(EngineAsFound found)
    {
        if (found.Arguments is not null)
            yield return "the log of its start";
        if (found.Models is not null)
            yield return "/v1/models";
        if (found.Cache is not null)
            yield return "/metrics";
    }

    /// <summary>They stand at the head of the log and stay what they are for a run.</summary>
    private EngineArguments? Arguments()
    {
        var run = engine.Handle.Run!;
        if (_read?.Run != run)
            _read = (run, EngineArguments.InLog(run));
        return _read.Value.Arguments;
    }
}
