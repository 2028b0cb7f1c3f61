using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Agent.EndToEndTests;

/// <summary>What stands at the other end of the notifications: keeps what it gets, and can be away for a while.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private const string Chats = "/chats/";

    private readonly ConcurrentQueue<(string Path, string? Id, string Text, JsonNode Body)> _received = new();
    private WebApplication? _app;

    public string Address { get; private set; } = "";

    public bool IsAway { get; set; }

    public IReadOnlyList<(string? Id, JsonNode Body)> Webhooks => [.. _received.Where(r => r.Path == "/hook").Select(r => (r.Id, r.Body))];

    public IReadOnlyList<JsonNode> Alerts => [.. _received.Where(r => r.Path == "/am/api/v2/alerts").SelectMany(r => r.Body.AsArray().Select(a => a!))];

    /// <summary>What people in chats read, and not programs.</summary>
    public IReadOnlyList<(string Path, string Text)> Messages =>
        [.. _received.Where(r => r.Path.StartsWith(Chats, StringComparison.Ordinal)).Select(r => (r.Path, r.Text))];

    /// <summary>All bodies as they came.</summary>
    public IReadOnlyList<string> Texts => [.. _received.Select(r => r.Text)];

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/{**path}", async (HttpContext context) =>
        {
            if (IsAway)
            {
                context.Response.StatusCode = 503;
                return;
            }

            using var body = new StreamReader(context.Request.Body);
            var text = await body.ReadToEndAsync();
            _received.Enqueue((context.Request.Path, context.Request.Headers["webhook-id"], text, JsonNode.Parse(text)!));
            // The verdict of every chat that looks for one.
            if (context.Request.Path.StartsWithSegments("/chats/slack", StringComparison.Ordinal))
                await context.Response.WriteAsync("ok");
            else if (context.Request.Path.StartsWithSegments("/chats", StringComparison.Ordinal))
                await context.Response.WriteAsync("""{"errcode":0,"code":0}""");
        });
        await _app.StartAsync();
        Address = _app.Urls.First() + "/";
    }

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;
}
