using Agent.Adapters.Processes;
using Agent.Adapters.VllmHttp;
using Agent.Commands.Syntax;
using Agent.Configuration;
using Agent.Engines;
using Agent.Engines.Kinds;
using Agent.Engines.Runs;
using Agent.ForeignText;

namespace Agent.Tests.Engines;

/// <summary>Who gets the API key of an engine, on real sockets. The engine is a process of this test's user, started as the agent starts one.</summary>
public sealed class ApiKeyTests : IDisposable
{
    private const string Key = "sk-the-key-of-the-engine";

    private readonly TemporaryFolder _folder = new();
    private readonly ProcessTable _processes = new();
    private readonly int _port = StartScene.FreePort();
    private readonly List<IDisposable> _others = [];
    private SupervisedEngine? _engine;

    [Fact]
    public async Task The_engine_gets_it_where_vLLM_asks_for_it_and_nowhere_else()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/perl"), "needs perl, which is the engine here");
        var engine = await StartedAsync("exec perl -e '" + Server() + "' " + _port);
        SpinWait.SpinUntil(() => new SocketTable().Tcp(_port).Any(u => u.Listens), TimeSpan.FromSeconds(20)).ShouldBeTrue();
        (await AskEverythingAsync(engine)).ShouldAllBe(problem => !problem.Contains("was not sent", StringComparison.Ordinal));
        var heard = File.ReadAllText(engine.Handle.Run!.LogFile);
        heard.ShouldContain("POST /v1/completions");
        foreach (var request in heard.Split("REQUEST ", StringSplitOptions.RemoveEmptyEntries).Where(r => r.Contains("HTTP/1.1", StringComparison.Ordinal)))
            request.Contains("Authorization: Bearer " + Key, StringComparison.Ordinal).ShouldBe(!request.StartsWith("GET /health", StringComparison.Ordinal)
                && !request.StartsWith("GET /metrics", StringComparison.Ordinal), request);
    }

    [Fact]
    public async Task A_stranger_on_the_port_gets_none_and_is_named()
    {
        Impostor.NeedsRoot();
        var engine = await StartedAsync("exec sleep 300");
        var impostor = Add(Impostor.Listening(_folder, Impostor.Stranger, _port));
        var problems = await AskEverythingAsync(engine);
        impostor.Heard.ShouldNotContain("Authorization");
        impostor.Heard.ShouldNotContain(Key);
        impostor.Heard.ShouldContain("GET /health");
        problems.Count(p => p.Contains($"port {_port} is listened on by process {impostor.Id.Pid} perl", StringComparison.Ordinal)
            && p.Contains($"of user {Impostor.Stranger}", StringComparison.Ordinal)).ShouldBe(7, string.Join('\n', problems));
    }

    [Fact]
    public async Task A_connection_that_was_made_without_it_never_carries_it()
    {
        Impostor.NeedsRoot();
        var engine = await StartedAsync("exec sleep 300");
        var impostor = Add(Impostor.Listening(_folder, Impostor.Stranger, _port));
        // Its connection is kept, and lies ready for the next request to the same address.
        (await engine.Http.HealthAsync(TimeSpan.FromSeconds(10), CancellationToken.None)).End.ShouldBe(VllmEnd.Answered);
        (await engine.Http.ModelsAsync(TimeSpan.FromSeconds(10), CancellationToken.None)).End.ShouldBe(VllmEnd.Failed);
        impostor.Heard.ShouldNotContain("/v1/models");
    }

    [Fact]
    public async Task Before_a_run_is_known_nobody_gets_it()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/perl"), "needs perl");
        var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, _port);
        listener.Start();
        _others.Add(listener);
        using var http = Composition.Engine(Settings("exec sleep 300"), Settings("exec sleep 300").Engines[0], TextGate.OfPatterns, keeps: true,
            new ProcessRunner(TimeProvider.System), _processes, TimeProvider.System).Http;
        (await http.ModelsAsync(TimeSpan.FromSeconds(10), CancellationToken.None)).Problem.ShouldContain("no process of engine deepseek is known to run");
        listener.Pending().ShouldBeFalse("nobody was even called");
    }

    [Theory]
    [InlineData(Impostor.Another, true)]
    [InlineData(Impostor.Stranger, false)]
    public async Task Where_descriptors_cannot_be_read_the_user_of_the_socket_decides(uint listens, bool sent)
    {
        Impostor.NeedsRoot();
        // As the agent of the package sees an engine of npu-engine: its main process, its user, and not what it has open.
        var main = Add(Impostor.Standing(_folder, Impostor.Another, ""));
        var server = Add(Impostor.Listening(_folder, listens, _port));
        var engine = Settings("exec sleep 300").Engines[0];
        var host = new EngineHandle(engine, _folder.File("state"), new GivenKind(main.Id), _processes, TimeProvider.System);
        (await host.AdoptAsync(keeps: false, CancellationToken.None)).ShouldBeTrue();
        var blind = new OpenFiles(_folder.File("nothing"));
        var socket = new EngineSocket(host, new FarEnd(new SocketTable(), new OpenFiles(), _processes), blind, _processes);
        using var http = new VllmClient(engine.Address, new ApiKey(() => (Key, null), socket.Objection), TimeProvider.System);
        (await http.ModelsAsync(TimeSpan.FromSeconds(10), CancellationToken.None)).End.ShouldBe(sent ? VllmEnd.Answered : VllmEnd.Failed);
        server.Heard.Contains("Authorization: Bearer " + Key, StringComparison.Ordinal).ShouldBe(sent);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("bundle create --fast")]
    [InlineData("engine accept deepseek")]
    [InlineData("engine bench deepseek --requests 1 --force")]
    [InlineData("engine compare deepseek deepseek")]
    [InlineData("engine compare http://127.0.0.1:PORT deepseek --api-key-file KEY")]
    [InlineData("engine compare http://localhost:PORT http://127.0.0.1:PORT --api-key-file KEY")]
    [InlineData("engine explain deepseek")]
    [InlineData("engine explain deepseek --command")]
    [InlineData("config validate")]
    [InlineData("status")]
    [InlineData("report")]
    public async Task No_command_hands_it_to_a_stranger(string command)
    {
        Impostor.NeedsRoot();
        var engine = await StartedAsync("exec sleep 300");
        File.WriteAllText(engine.Handle.Run!.LogFile, "non-default args: {}\nApplication startup complete.\n");
        var impostor = Add(Impostor.Listening(_folder, Impostor.Stranger, _port));
        var words = command.Replace("PORT", $"{_port}", StringComparison.Ordinal).Replace("KEY", _folder.File("key"), StringComparison.Ordinal).Split(' ');
        await CommandTree.Create().Parse([.. words, "--config", _folder.File("agent.yaml")])
            .InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
        impostor.Heard.ShouldNotContain("Authorization");
        impostor.Heard.ShouldNotContain(Key);
    }

    public void Dispose()
    {
        foreach (var other in _others)
            other.Dispose();
        if (_engine?.Handle.Run is { } run)
        {
            _processes.Signal(run.Main, Signals.Kill);
            SpinWait.SpinUntil(() => DetachedProcess.TryReap(run.ProcessId) is not null, TimeSpan.FromSeconds(20));
        }

        _engine?.Http.Dispose();
        _folder.Dispose();
    }

    private Impostor Add(Impostor impostor)
    {
        _others.Add(impostor);
        return impostor;
    }

    /// <returns>The problem of each request, or nothing.</returns>
    private static async Task<IReadOnlyList<string>> AskEverythingAsync(SupervisedEngine engine)
    {
        var (http, limit, none) = (engine.Http, TimeSpan.FromSeconds(10), CancellationToken.None);
        return
        [
            (await http.HealthAsync(limit, none)).Problem,
            (await http.CountersAsync(limit, none)).Problem,
            (await http.MetricsAsync(limit, none)).Problem,
            (await http.ModelsAsync(limit, none)).Problem,
            (await http.CompleteAsync("m", "The capital of France is", 8, limit, none)).Problem,
            (await http.StreamAsync("m", "The capital of France is", 8, limit, none)).Problem ?? "",
            (await http.VersionAsync(limit, none)).Problem,
            (await http.TokenizeAsync("m", "text", limit, none)).Problem,
            (await http.GreedyAsync("m", [1, 2], 8, limit, none)).Problem,
            (await http.ScoreAsync("m", [1, 2], 1, 5, limit, none)).Problem,
        ];
    }

    private async Task<SupervisedEngine> StartedAsync(string script)
    {
        var settings = Settings(script);
        _engine = Composition.Engine(settings, settings.Engines[0], TextGate.OfPatterns, keeps: true, new ProcessRunner(TimeProvider.System), _processes,
            TimeProvider.System);
        (await _engine.Handle.StartAsync([0], new Dictionary<string, string>(), CancellationToken.None)).Refusal.ShouldBeNull();
        return _engine;
    }

    private AgentSettings Settings(string script)
    {
        var program = _folder.File("vllm");
        File.WriteAllText(program, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.WriteAllText(_folder.File("key"), Key);
        File.WriteAllText(_folder.File("agent.yaml"), $"""
            state_folder: {_folder.File("state")}
            control_socket: {_folder.File("control.sock")}
            engines:
              - name: deepseek
                command: {program}
                model: /m
                served_model_name: m
                port: {_port}
                chips: [0/0]
                api_key_file: {_folder.File("key")}
                canary:
                  timeout: 2s
            """);
        var load = SettingsFile.Load(_folder.File("agent.yaml"), _ => false);
        load.Problems.ShouldBeEmpty();
        return load.Settings!;
    }

    /// <summary>Prints each request and answers it, one at a time.</summary>
    private static string Server() => """
        use IO::Socket::INET; $| = 1;
        my $listener = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $ARGV[0], Listen => 50, ReuseAddr => 1) or die $@;
        while (my $client = $listener->accept) {
          my $text = ""; my $length = 0;
          while (<$client>) { $text .= $_; $length = $1 if /^content-length: (\d+)/i; last if /^\r\n/ }
          read($client, my $ignored, $length) if $length;
          print "REQUEST $text";
          print $client "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"; close $client;
        }
        """.Replace('\n', ' ');

    /// <summary>Something else than the agent started it, and says which process it is.</summary>
    private sealed class GivenKind(ProcessId main) : IEngineKind
    {
        public bool OwnsCgroup => true;

        public LogOrigin Log => LogOrigin.Written;

        public uint? User => null;

        public string? LogFolder => null;

        public IReadOnlyDictionary<string, string>? Given => null;

        public bool IsErrand(ProcessEntry process) => false;

        public Task<(ProcessId? Main, KindRefusal? Refusal)> LaunchAsync(EngineLaunch launch, CancellationToken cancellation) => Task.FromResult<(ProcessId?,
            KindRefusal?)>((main, null));

        public Task<ProcessId?> FindAsync(CancellationToken cancellation) => Task.FromResult<ProcessId?>(main);

        public Task<CommandLine?> PrintLogAsync(CancellationToken cancellation) => Task.FromResult<CommandLine?>(null);

        public Task<EngineExit?> ExitAsync(CancellationToken cancellation) => Task.FromResult<EngineExit?>(null);

        public Task<string?> AskToStopAsync(CancellationToken cancellation) => Task.FromResult<string?>(null);

        public Task KillAllAsync(CancellationToken cancellation) => Task.CompletedTask;

        public Task<KindRefusal?> CloseAsync(CancellationToken cancellation) => Task.FromResult<KindRefusal?>(null);

        public Task<string?> PausedAsync(CancellationToken cancellation) => Task.FromResult<string?>(null);

        public Task<IReadOnlyList<string>> CautionsAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>([]);
    }
}
