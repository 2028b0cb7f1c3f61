using System.Net;
using System.Net.Sockets;
using System.Text;
using Agent.Commands.Syntax;
using Agent.Tests.Engines;

namespace Agent.Tests.Fuzz;

/// <summary>What any user of the host may send to the listener, and a member of the agent's group to the control socket, to the byte.</summary>
public sealed class ListenerFuzzTests : IAsyncLifetime
{
    private static readonly string[] Listened =
    [
        "GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n",
        "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n",
        "HEAD /healthz HTTP/1.0\r\n\r\n",
        "GET /engines/a%20b?x=1&y=%ff#z HTTP/1.1\r\nHost: [::1]:9101\r\nOrigin: http://x\r\n\r\n",
        "GET http://127.0.0.1/engines/deepseek HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive, Upgrade\r\nUpgrade: h2c\r\n\r\n",
        "POST /engines/deepseek HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
            + "44\r\n\r\n{\"verb\":\"stop\",\"reason\":\"r\",\"by\":\"somebody\"}",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ];

    private static readonly string[] Controlled =
    [
        "{\"verb\":\"bounce\",\"reason\":\"r\",\"by\":\"somebody\"}", "{\"verb\":\"99\",\"reason\":\"r\",\"by\":\"somebody\"}", "{\"verb\":7}", "{}", "[]",
            "null", "\"x\"", "",
        "{\"subject\":\"host\",\"minutes\":30,\"reason\":\"r\",\"by\":\"somebody\"}",
            "{\"subject\":\"engine:deepseek\",\"minutes\":1e300,\"reason\":null,\"by\":null}",
            "{\"subject\":\"engine:\\ud800\",\"minutes\":-1,\"reason\":\"\\u0000\",\"by\":\"x\",\"more\":[1]}",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly int _port = StartScene.FreePort();
    private Task<int> _agent = Task.FromResult(0);

    [Fact]
    public Task No_request_to_the_listener_is_answered_with_a_mistake_of_the_agent() => Fuzzing.PlayAsync("listener", 2500, Listened, async (request, _) =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _port, TestContext.Current.CancellationToken);
        Holds(await AskAsync(socket, request));
    });

    [Fact]
    public Task No_body_to_the_control_socket_is_answered_with_a_mistake_of_the_agent() => Fuzzing.PlayAsync("control", 2500, Controlled, async (body, dice) =>
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_folder.File("control.sock")), TestContext.Current.CancellationToken);
        var bytes = Encoding.UTF8.GetByteCount(body);
        var path = dice.Next(5) switch { 0 or 1 => "/maintenance", 2 => "/engines/nobody", 3 => "/engines/%ff%00", _ => "/engines/deepseek" };
        Holds(await AskAsync(socket, $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {bytes}\r\nConnection: "
            + $"close\r\n\r\n{body}"));
    });

    public async ValueTask InitializeAsync()
    {
        // Nothing of the host is looked at or touched: no program of it is there, and no engine is started.
        await File.WriteAllTextAsync(_folder.File("agent.yaml"), $$"""
            state_folder: {{_folder.File("state")}}
            control_socket: {{_folder.File("control.sock")}}
            listen: 127.0.0.1:{{_port}}
            mode: observe
            log: { folder: {{_folder.File("log")}}, level: warning }
            profile: ascend
            vendor: { npu_smi: {{_folder.File("npu-smi")}}, hccn_tool: {{_folder.File("hccn_tool")}} }
            engines:
              - name: deepseek
                command: {{_folder.File("vllm")}}
                model: /m
                port: {{StartScene.FreePort()}}
                chips: [0/0]
                stop: { chip_memory_wait: 1s }
            """);
        _agent = CommandTree.Create().Parse(["run", "--config", _folder.File("agent.yaml")]).InvokeAsync(cancellationToken: _stop.Token);
        while (!_agent.IsCompleted)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, _port);
                return;
            }
            catch (SocketException)
            {
                await Task.Yield();
            }
        }

        (await _agent).ShouldBe(0, "the agent listens");
    }

    /// <summary>It still turns, and nothing of what it was sent made it write down where in its own code it was.</summary>
    public async ValueTask DisposeAsync()
    {
        _agent.IsCompleted.ShouldBeFalse("the agent runs");
        await _stop.CancelAsync();
        await _agent;
        foreach (var log in Directory.GetFiles(_folder.File("log")))
            (await File.ReadAllTextAsync(log)).ShouldNotContain("   at ");
        _stop.Dispose();
        _folder.Dispose();
    }

    private static async Task<string> AskAsync(Socket socket, string request)
    {
        var (answer, block) = (new MemoryStream(), new byte[64 * 1024]);
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(request), TestContext.Current.CancellationToken);
            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(block, TestContext.Current.CancellationToken) is > 0 and var read)
                await answer.WriteAsync(block.AsMemory(0, read), TestContext.Current.CancellationToken);
        }
        catch (SocketException)
        {
            // Hung up on: what is no request needs no answer.
        }

        return Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length);
    }

    private static void Holds(string answer)
    {
        answer.ShouldNotContain("HTTP/1.1 500");
        answer.ShouldNotContain("   at ");
        answer.Length.ShouldBeLessThan(4 * 1024 * 1024);
    }
}
