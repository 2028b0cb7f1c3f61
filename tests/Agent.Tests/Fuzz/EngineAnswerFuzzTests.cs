using System.Net;
using System.Net.Sockets;
using System.Text;
using Agent.Adapters.VllmHttp;

namespace Agent.Tests.Fuzz;

/// <summary>What whoever has the engine's port may answer, to the byte: every request ends in an answer or in a reason.</summary>
public sealed class EngineAnswerFuzzTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private static readonly string[] Bodies =
    [
        """{"object":"list","data":[{"id":"m","root":"/m","max_model_len":4096}]}""",
        """{"id":"c","choices":[{"index":0,"text":" Paris","finish_reason":"stop","logprobs":{"text_offset":[0],"tokens":["token_id:12"],"token_logprobs":[-0.5],"top_logprobs":[{"token_id:12":-0.5}]},"prompt_logprobs":[null,{"2":{"logprob":-0.1,"rank":1,"decoded_token":"x"}}]}],"usage":{"prompt_tokens":5,"completion_tokens":1},"system_fingerprint":"f"}""",
        """{"tokens":[1,2],"count":2,"version":"0.11.0"}""",
        "data: {\"choices\":[{\"text\":\"a\",\"finish_reason\":null}]}\n\ndata: {\"choices\":[{\"text\":\"b\",\"finish_reason\":\"length\"}]}\n\ndata: "
            + "{\"choices\":[],\"usage\":{\"completion_tokens\":2}}\n\ndata: [DONE]\n\n",
        "vllm:num_requests_running{engine=\"0\"} 1.0\nvllm:generation_tokens_total{engine=\"0\"} 5.0\nvllm:iteration_tokens_total_count{engine=\"0\"} 5.0\n",
    ];

    private static readonly Func<VllmClient, CancellationToken, Task<string>>[] Requests =
    [
        async (http, none) => (await http.HealthAsync(Limit, none)).Problem,
        async (http, none) => (await http.CountersAsync(Limit, none)).Problem,
        async (http, none) => (await http.MetricsAsync(Limit, none)).Problem,
        async (http, none) => Told(await http.ModelsAsync(Limit, none), models => models.Sum(m => m.Id.Length)),
        async (http, none) => Told(await http.CompleteAsync("m", "p", 8, Limit, none), c => c.Text.Length),
        async (http, none) => (await http.StreamAsync("m", "p", 8, Limit, none)).Problem ?? "",
        async (http, none) => Told(await http.VersionAsync(Limit, none), v => v.Version.Length),
        async (http, none) => Told(await http.TokenizeAsync("m", "p", Limit, none), t => t.Length),
        async (http, none) => Told(await http.GreedyAsync("m", [1, 2], 8, Limit, none), g => g.Text.Length + g.Tokens.Count),
        async (http, none) => Told(await http.ScoreAsync("m", [1, 2], 2, 5, Limit, none), s => s.Tokens.Sum(t => t.Likeliest)),
    ];

    [Fact]
    public async Task Whatever_is_answered_every_request_ends_in_an_answer_or_a_reason()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var answer = "";
        _ = ServeAsync();
        await Fuzzing.PlayAsync("engine answer", 3000, [.. Bodies.Select(Whole), .. Bodies.Select(Chunked)], async (text, dice) =>
        {
            answer = text;
            // Connections of its own for each round, so that no round lives on what another left.
            using var http = new VllmClient(new Uri($"http://127.0.0.1:{port}"), null, TimeProvider.System);
            (await Requests[dice.Next(Requests.Length)](http, TestContext.Current.CancellationToken)).Length.ShouldBeLessThan(2000);
        });

        // A request whose connection was closed without a word is sent again, over another one.
        async Task ServeAsync()
        {
            try
            {
                while (true)
                    _ = AnswerAsync(await listener.AcceptSocketAsync(TestContext.Current.CancellationToken), Encoding.UTF8.GetBytes(answer));
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The test is over.
            }
        }
    }

    [Fact]
    public async Task An_answer_without_end_is_left()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var http = new VllmClient(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"), null, TimeProvider.System);
        foreach (var request in Requests)
        {
            var told = request(http, TestContext.Current.CancellationToken);
            using var engine = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
            var sent = await PourAsync(engine);
            (await told).ShouldNotBeEmpty();
            sent.ShouldBeLessThan(64L * 1024 * 1024);
        }
    }

    private static async Task AnswerAsync(Socket engine, byte[] answer)
    {
        using (engine)
        {
            try
            {
                var request = new byte[16 * 1024];
                await engine.ReceiveAsync(request, TestContext.Current.CancellationToken);
                await engine.SendAsync(answer, TestContext.Current.CancellationToken);
                engine.Shutdown(SocketShutdown.Send);
                // Closed before the other end has read, the connection would be reset, and the answer with it.
                while (await engine.ReceiveAsync(request, TestContext.Current.CancellationToken) > 0)
                    request.AsSpan().Clear();
            }
            catch (Exception gone) when (gone is SocketException or OperationCanceledException)
            {
                // The agent had seen enough.
            }
        }
    }

    /// <summary>One line without end. Twice as much as may be read at most, in case that nobody leaves.</summary>
    private static async Task<long> PourAsync(Socket engine)
    {
        var sent = 0L;
        try
        {
            sent += await engine.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\ndata: {\"choices\":[{\"text\":\""u8.ToArray(),
                TestContext.Current.CancellationToken);
            for (var block = new byte[64 * 1024].Select(_ => (byte)'x').ToArray(); sent < 128L * 1024 * 1024;)
                sent += await engine.SendAsync(block, TestContext.Current.CancellationToken);
        }
        catch (SocketException)
        {
            // The agent had seen enough.
        }

        return sent;
    }

    private static string Told<T>(VllmAnswer<T> answer, Func<T, int> read)
        where T : class
    {
        if (answer.Value is { } value)
            _ = read(value);
        return answer.Problem;
    }

    private static string Whole(string body) => $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private static string Chunked(string body) => $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Y: z\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n";
}
