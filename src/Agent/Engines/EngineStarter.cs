using Agent.Adapters.NpuSmi;

namespace Agent.Engines;

/// <summary>
/// Starts an engine after it looked whether it can run: an engine of ours that lives already, leftovers on its chips, and the
/// logic ids of its chips.
/// </summary>
internal sealed class EngineStarter(NpuSmi npuSmi)
{
    private static readonly Dictionary<string, string> Nothing = [];

    public Task<(bool Started, string Detail)> StartAsync(SupervisedEngine engine, CancellationToken cancellation) => StartAsync(engine, Nothing, cancellation);

    /// <param name="engine">The engine.</param>
    /// <param name="extra">Variables of this one run, over those of the configuration.</param>
    /// <param name="cancellation">The agent stops.</param>
    public async Task<(bool Started, string Detail)> StartAsync(SupervisedEngine engine, IReadOnlyDictionary<string, string> extra, CancellationToken cancellation)
    {
        var host = engine.Host;
        if (host.Life() == EngineLife.Running)
            return (true, $"runs already as process {host.Run!.ProcessId}");
        if (host.Leftovers() is { Count: > 0 } leftovers)
            return (false, $"{leftovers.Count} leftover processes of it live: {string.Join(", ", leftovers.Select(p => $"{p.Id.Pid} {p.Name}"))}");

        try
        {
            var (run, problem) = await host.StartAsync(await LogicIds.OfAsync(npuSmi, engine.Settings, cancellation), extra, cancellation);
            return run is null ? (false, problem!) : (true, $"process {run.ProcessId}, log {run.LogFile}");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return (false, refused.Message);
        }
    }
}
