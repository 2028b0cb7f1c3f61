using System.Collections.Concurrent;

namespace Agent.EndToEndTests;

/// <summary>A few clients that ask one request after the other for as long as it lives, and remember every answer that was wrong.</summary>
internal sealed class SteadyClient : IAsyncDisposable
{
    private const int Clients = 3;

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<DateTime> _failed = new();
    private readonly Task[] _asking;
    private int _right;

    public SteadyClient(SimulatedHost host) => _asking = [.. Enumerable.Range(0, Clients).Select(_ => AskAsync(host))];

    public int Right => Volatile.Read(ref _right);

    public IReadOnlyCollection<DateTime> Failed => _failed;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_asking);
        _stop.Dispose();
    }

    private async Task AskAsync(SimulatedHost host)
    {
        while (!_stop.IsCancellationRequested)
        {
            if (await host.EngineAnswersAsync())
                Interlocked.Increment(ref _right);
            else
                _failed.Enqueue(DateTime.UtcNow);
        }
    }
}
