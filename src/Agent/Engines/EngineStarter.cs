using System.ComponentModel;
using Agent.Adapters.NpuSmi;

namespace Agent.Engines;

/// <summary>
/// Starts an engine after it looked whether it can run: an engine of ours that lives already, leftovers on its chips, and the
/// logic ids of its chips.
/// </summary>
internal sealed class EngineStarter(NpuSmi npuSmi)
{
    public async Task<(bool Started, string Detail)> StartAsync(SupervisedEngine engine, CancellationToken cancellation)
    {
        var host = engine.Host;
        if (host.Life() == EngineLife.Running)
            return (true, $"runs already as process {host.Run!.ProcessId}");
        if (host.Leftovers() is { Count: > 0 } leftovers)
            return (false, $"{leftovers.Count} leftover processes of it live: {string.Join(", ", leftovers.Select(p => $"{p.Id.Pid} {p.Name}"))}");

        try
        {
            var run = host.Start(await LogicIds.OfAsync(npuSmi, engine.Settings, cancellation));
            return (true, $"process {run.ProcessId}, log {run.LogFile}");
        }
        catch (Win32Exception refused)
        {
            return (false, $"{engine.Settings.Command} could not be started: {refused.Message}");
        }
        catch (IOException refused)
        {
            return (false, refused.Message);
        }
    }
}
