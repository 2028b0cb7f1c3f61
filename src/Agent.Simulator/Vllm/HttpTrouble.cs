using System.Diagnostics;

namespace Agent.Simulator.Vllm;

/// <summary>An API server with a busy or stuck event loop treats all requests alike: they wait. A busy loop takes CPU time meanwhile.</summary>
internal sealed class HttpTrouble(World world, DateTimeOffset startedAt)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SlowMetrics = TimeSpan.FromSeconds(6);

    /// <summary>The CPU time of each <see cref="Look"/>. It is no more, because the machine has other work than to play a busy server.</summary>
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(30);

    /// <summary>Requests wait together for one event loop.</summary>
    private int _computes;

    /// <returns>False when the client left before its turn came.</returns>
    public async Task<bool> LetsThroughAsync(string path, CancellationToken left)
    {
        try
        {
            if (path == "/metrics" && world.Faults.Stands("metrics-slow"))
                await Task.Delay(SlowMetrics, left);
            if (world.Faults.Struck("api-deaf", startedAt) || (path == "/metrics" && world.Faults.Struck("engine-hang-silent", startedAt)))
                await Task.Delay(Timeout.Infinite, left);
            while (world.Faults.Stands("api-busy"))
            {
                Compute();
                await Task.Delay(Look, left);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Compute()
    {
        if (Interlocked.Exchange(ref _computes, 1) == 1)
            return;
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < Burst;)
            Thread.SpinWait(1000);
        Volatile.Write(ref _computes, 0);
    }
}
