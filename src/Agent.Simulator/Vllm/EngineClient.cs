using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;

namespace Agent.Simulator.Vllm;

/// <summary>A request as the API server follows it: its tokens in their order, and its times.</summary>
internal sealed class EngineRequest(EngineOrder order)
{
    public EngineOrder Order => order;

    public Channel<EngineToken> Tokens { get; } = Channel.CreateUnbounded<EngineToken>();

    public Stopwatch Age { get; } = Stopwatch.StartNew();

    public int Said { get; set; }

    public double FirstToken { get; set; }

    public double LastToken { get; set; }
}

/// <summary>The API server's end of the engine. It notices a dead engine, but never a hung one.</summary>
internal sealed class EngineClient : IDisposable
{
    private readonly EngineLink _link;
    private readonly VllmMetrics _metrics;
    private readonly ConcurrentDictionary<long, EngineRequest> _requests = new();
    private long _last;

    public EngineClient(EngineLink link, VllmMetrics metrics)
    {
        (_link, _metrics) = (link, metrics);
        _ = ListenAsync();
    }

    public bool IsDead { get; private set; }

    public EngineRequest Add(EngineOrder order)
    {
        var request = new EngineRequest(order with { Kind = EngineOrder.Add, Id = Interlocked.Increment(ref _last) });
        _requests[request.Order.Id] = request;
        if (IsDead)
            request.Tokens.Writer.TryComplete(new EngineDeadException());
        else
            Order(request.Order);
        return request;
    }

    public void Abort(EngineRequest request) => Order(new EngineOrder(EngineOrder.Abort, request.Order.Id));

    public void Order(EngineOrder order) => _link.Send(order, EngineJson.Default.EngineOrder);

    public void Die()
    {
        IsDead = true;
        foreach (var request in _requests.Values)
            request.Tokens.Writer.TryComplete(new EngineDeadException());
    }

    /// <summary>Requests that are still open at a shutdown end as aborted.</summary>
    public void EndAll()
    {
        foreach (var request in _requests.Values)
        {
            request.Tokens.Writer.TryWrite(new EngineToken(request.Order.Id, "", 0, "abort", 0, 0));
            request.Tokens.Writer.TryComplete();
        }
    }

    public void Dispose() => _link.Dispose();

    private async Task ListenAsync()
    {
        while (await _link.ReceiveAsync(EngineJson.Default.EngineStep) is { } step)
        {
            foreach (var token in step.Tokens)
            {
                if (!_requests.TryGetValue(token.Id, out var request))
                    continue;
                _metrics.Token(request, token);
                request.Tokens.Writer.TryWrite(token);
                if (token.Reason is not null)
                {
                    request.Tokens.Writer.TryComplete();
                    _requests.TryRemove(token.Id, out _);
                }
            }

            _metrics.Push(step);
        }
    }
}

internal sealed class EngineDeadException : Exception;
