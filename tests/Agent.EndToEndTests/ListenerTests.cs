using System.Globalization;
using System.Net;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>Every local user, and every page in a browser on this host, reaches the TCP listener.</summary>
public sealed class ListenerTests(ListeningHost listening) : IClassFixture<ListeningHost>
{
    [Theory]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: localhost", 200)]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:9", 200)]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: LocalHost.", 200)]
    [InlineData("GET /healthz HTTP/1.0\r\nHost: localhost", 200)]
    [InlineData("GET http://localhost/healthz HTTP/1.1\r\nHost: localhost", 200)]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: evil.example", 421)]
    [InlineData("GET /status HTTP/1.1\r\nHost: evil.example:9470", 421)]
    [InlineData("GET /metrics HTTP/1.1\r\nHost: localhost.evil.example", 421)]
    [InlineData("GET /engines/deepseek HTTP/1.1\r\nHost: evil.example", 421)]
    [InlineData("GET /nothing HTTP/1.1\r\nHost: evil.example", 421)]
    [InlineData("HEAD /healthz HTTP/1.1\r\nHost: evil.example", 421)]
    [InlineData("GET http://evil.example/status HTTP/1.1\r\nHost: evil.example", 421)]
    [InlineData("GET http://evil.example/status HTTP/1.1\r\nHost: localhost", 400)]
    [InlineData("GET http://user@localhost/status HTTP/1.1\r\nHost: user@localhost", 400)]
    [InlineData("GET /status HTTP/1.1\r\nHost: user@localhost", 400)]
    [InlineData("GET /status HTTP/1.1\r\nHost: [fe80::1%25lo]", 400)]
    [InlineData("GET /status HTTP/1.1\r\nHost: localhost\r\nHost: localhost", 400)]
    [InlineData("GET /status HTTP/1.1\r\nHost: localhost\r\nHost: evil.example", 400)]
    [InlineData("GET /status HTTP/1.1\r\nHost: l\u00f6calhost", 400)]
    [InlineData("GET /status HTTP/1.1", 400)]
    [InlineData("GET /status HTTP/1.1\r\nHost:", 421)]
    [InlineData("GET /status HTTP/1.0", 421)]
    [InlineData("GET /status HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example", 403)]
    [InlineData("GET /status HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site", 403)]
    [InlineData("POST /maintenance HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0", 403)]
    [InlineData("CONNECT localhost:22 HTTP/1.1\r\nHost: localhost:22", 403)]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: localhost", 403)]
    public async Task Only_who_reads_under_a_name_of_this_host_is_answered(string request, int status)
    {
        var answer = await RawConnection.AskAsync(listening.Listener,
            request + (request.EndsWith("/1.0", StringComparison.Ordinal) ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n"));
        StatusOf(answer).ShouldBe(status, answer);
        answer.ShouldNotContain("observations");
    }

    [Fact]
    public async Task A_refused_name_is_told_what_to_set_and_so_is_the_log()
    {
        (await RawConnection.AskAsync(listening.Listener, "GET /metrics HTTP/1.1\r\nHost: npu-alias.example\r\nConnection: close\r\n\r\n"))
            .ShouldContain("'npu-alias.example'; if it is a name of this host, add it to listen_names in agent.yaml");
        await listening.Host.UntilAsync("the log has it",
            () => Task.FromResult(listening.Host.AgentLog().Contains("'npu-alias.example' was refused", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Scrapes_by_the_name_of_this_machine_go_on()
    {
        var answer = await RawConnection.AskAsync(listening.Listener, $"GET /metrics HTTP/1.1\r\nHost: {Dns.GetHostName()}:9470\r\nConnection: close\r\n\r\n");
        StatusOf(answer).ShouldBe(200);
        answer.ShouldContain("npu_agent_");
        answer.ShouldContain("X-Content-Type-Options: nosniff");
        answer.ShouldContain("Cache-Control: no-store");
        answer.ShouldNotContain("Access-Control-");
        answer.ShouldNotContain("Server:");
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /status HTTP/1.1\r\nHost: localhost\r\nX: ")]
    public async Task Whoever_opens_connections_and_says_little_takes_up_a_bounded_part(string beginning)
    {
        List<RawConnection> strangers = [];
        var before = OpenFiles();
        try
        {
            for (var i = 0; i < 500; i++)
            {
                strangers.Add(await RawConnection.ToAsync(listening.Listener));
                await strangers[^1].SayAsync(beginning);
            }

            (await listening.Host.RunAsync("maintenance", "status")).ExitCode.ShouldBe(0);
            OpenFiles().ShouldBeLessThan(before + 100);
            foreach (var stranger in strangers)
                await stranger.RestAsync();
        }
        finally
        {
            foreach (var stranger in strangers)
                stranger.Dispose();
        }

        StatusOf(await RawConnection.AskAsync(listening.Listener, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).ShouldBe(200);
    }

    [Theory]
    [InlineData(5_000, 1, 414)]
    [InlineData(1, 20_000, 431)]
    public async Task A_request_without_end_is_ended(int path, int header, int status)
    {
        var answer = await RawConnection.AskAsync(listening.Listener,
            $"GET /{new string('x', path)} HTTP/1.1\r\nHost: localhost\r\nX: {new string('x', header)}\r\n\r\n");
        StatusOf(answer).ShouldBe(status, answer);
    }

    private int OpenFiles() => Directory.EnumerateFileSystemEntries($"/proc/{listening.Host.AgentPid}/fd").Count();

    private static int StatusOf(string answer) => int.Parse(answer.Split(' ')[1], CultureInfo.InvariantCulture);
}
