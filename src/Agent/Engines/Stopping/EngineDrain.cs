using Agent.Adapters.VllmHttp;
using Agent.Engines.Signs;

namespace Agent.Engines.Stopping;

/// <summary>Waits while requests finish, by running + waiting. An engine whose counters stand still is not waited for.</summary>
internal static class EngineDrain
{
    private static readonly TimeSpan HttpLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Flat = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(SupervisedEngine engine, Action<string> progress, TimeProvider clock, CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        var moved = begun;
        EngineCounters? last = null;
        for (var pause = new GrowingPause(clock); clock.GetElapsedTime(begun) < engine.Settings.Stop.Drain; await pause.NextAsync(cancellation))
        {
            var counters = (await engine.Http.CountersAsync(HttpLimit, cancellation)).Value;
            if (counters is not { HasWork: true })
                return;
            if (last is null || counters.MovedFrom(last))
                moved = clock.GetTimestamp();
            else if (clock.GetElapsedTime(moved) > Flat)
                return;
            last = counters;
            progress($"draining: {counters.Running:0} running, {counters.Waiting:0} waiting");
        }
    }
}
