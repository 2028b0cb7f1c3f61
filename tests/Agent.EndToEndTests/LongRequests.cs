using System.Text;

namespace Agent.EndToEndTests;

/// <summary>A few clients that ask for long answers, one after the other, whatever they get; an engine that is away is asked again.</summary>
internal sealed class LongRequests : IAsyncDisposable
{
    private const int Clients = 3;

    private const string Request = """{"model":"deepseek-r1","prompt":"Tell a story.","max_tokens":400,"ignore_eos":true}""";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _asking;

    public LongRequests(SimulatedHost host)
    {
        var address = new Uri($"http://127.0.0.1:{host.EnginePort}/v1/completions");
        _asking = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => AskAsync(address)));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        _stop.Dispose();
    }

    private async Task AskAsync(Uri address)
    {
        using var http = new HttpClient();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var body = new StringContent(Request, Encoding.UTF8, "application/json");
                using var answer = await http.PostAsync(address, body, _stop.Token);
            }
            catch (HttpRequestException)
            {
                await Task.WhenAny(Task.Delay(Pause, _stop.Token));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
