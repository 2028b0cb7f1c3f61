namespace Agent.Simulator.Vllm;

/// <summary>What an API server does to all requests alike when its event loop is busy or stuck: they wait.</summary>
internal sealed class HttpTrouble(World world, DateTimeOffset startedAt)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SlowMetrics = TimeSpan.FromSeconds(6);

    /// <returns>False: the client left before its turn came.</returns>
    public async Task<bool> LetsThroughAsync(string path, CancellationToken left)
    {
        try
        {
            if (path == "/metrics" && world.Faults.Stands("metrics-slow"))
                await Task.Delay(SlowMetrics, left);
            while (world.Faults.Struck("api-deaf", startedAt) || world.Faults.Stands("api-busy"))
                await Task.Delay(Look, left);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
