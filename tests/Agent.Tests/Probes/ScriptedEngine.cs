using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Agent.Tests.Engines;

namespace Agent.Tests.Probes;

/// <summary>vLLM's /metrics and /v1/completions, and what they say: a busy engine with whatever a test wants of it.</summary>
internal sealed class ScriptedEngine : IDisposable
{
    private readonly HttpListener _listener = new();
    private double _tokens = 1000;
    private double _stops;
    private double _lengths;

    public ScriptedEngine()
    {
        Port = StartScene.FreePort();
        _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _listener.Start();
        _ = AnswerAllAsync();
    }

    public int Port { get; }

    /// <summary>So many completions were asked for.</summary>
    public int Asked { get; private set; }

    /// <summary>Takes what it is asked and answers nothing.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>So many times /metrics was.</summary>
    public int Scraped { get; private set; }

    /// <summary>Of a completion; null: 503.</summary>
    public string? Answer { get; set; } = "Paris";

    public int Running { get; set; } = 3;

    public int Waiting { get; set; }

    /// <summary>What happens while a completion is made.</summary>
    public Action Thinks { get; set; } = () => { };

    /// <summary>So many requests of others were answered.</summary>
    public void Work(int stops, int lengths) => (_stops, _lengths, _tokens) = (_stops + stops, _lengths + lengths, _tokens + (120 * (stops + lengths)));

    public void Dispose() => _listener.Close();

    private async Task AnswerAllAsync()
    {
        try
        {
            while (true)
            {
                var call = await _listener.GetContextAsync();
                if (IsDeaf)
                    continue;
                var bytes = Encoding.UTF8.GetBytes(call.Request.Url!.AbsolutePath == "/metrics" ? Page() : Completion(call.Response));
                call.Response.ContentLength64 = bytes.Length;
                await call.Response.OutputStream.WriteAsync(bytes);
                call.Response.Close();
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private string Completion(HttpListenerResponse response)
    {
        Asked++;
        Thinks();
        if (Answer is null)
        {
            response.StatusCode = 503;
            return "busy";
        }

        _tokens += 8;
        return new JsonObject
        {
            ["choices"] = new JsonArray(new JsonObject { ["text"] = Answer, ["finish_reason"] = "length" }),
            ["usage"] = new JsonObject { ["completion_tokens"] = 8 },
        }.ToJsonString();
    }

    private string Page()
    {
        Scraped++;
        return string.Create(CultureInfo.InvariantCulture, $$"""
        vllm:num_requests_running {{Running}}
        vllm:num_requests_waiting {{Waiting}}
        vllm:generation_tokens_total {{_tokens}}
        vllm:prompt_tokens_total 100.0
        vllm:request_generation_tokens_sum {{120 * (_stops + _lengths)}}
        vllm:request_success_total{finished_reason="stop"} {{_stops}}
        vllm:request_success_total{finished_reason="length"} {{_lengths}}

        """);
    }
}
