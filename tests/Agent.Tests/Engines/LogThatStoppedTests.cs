using Agent.Adapters.Processes;
using Agent.Engines;
using Agent.Engines.Starting;
using Agent.ForeignText;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines;

/// <summary>An engine whose log stops in the middle of its start, as on a disk that is full by then, while the engine goes on. Real processes and
/// sockets.</summary>
public sealed class LogThatStoppedTests : IDisposable
{
    private const string Server = """
        use IO::Socket::INET;
        my $listener = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $ARGV[0], Listen => 50, ReuseAddr => 1) or die $@;
        while (my $client = $listener->accept) {
          while (<$client>) { last if /^\r\n/ }
          print $client "HTTP/1.1 $ARGV[1] X\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"; close $client;
        }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly ProcessTable _processes = new();
    private readonly int _port = StartScene.FreePort();
    private readonly List<Impostor> _strangers = [];
    private SupervisedEngine? _engine;

    [Theory]
    [InlineData("non-default args: {}")]
    [InlineData("Initializing a V1 LLM engine (v0.11.0)")]
    [InlineData("Loading safetensors checkpoint shards:  50% Completed | 1/2")]
    [InlineData("Loading weights took 12.34 seconds")]
    [InlineData("GPU KV cache size: 1,000 tokens")]
    [InlineData("Capturing ACL graphs (mixed prefill-decode, PIECEWISE):  10%")]
    [InlineData("init engine (profile, create kv cache, warmup model) took 10 seconds")]
    [InlineData("Available routes are:")]
    public async Task Its_own_answer_proves_that_it_serves(string last)
    {
        var engine = await StartedAsync(last, status: 200);
        (await AskedAsync(engine)).ShouldBe(StartupStage.Serving);
        engine.IsServing.ShouldBeTrue();
    }

    [Theory]
    [InlineData("Initializing a V1 LLM engine (v0.11.0)", 503)]
    [InlineData("Loading weights took 12.34 seconds", 500)]
    public async Task Its_answer_that_it_is_dead_proves_nothing(string last, int status)
    {
        var engine = await StartedAsync(last, status);
        (await AskedAsync(engine)).ShouldBe(StartupStages.Of(last)!.Value);
    }

    [Fact]
    public async Task A_stranger_who_answers_on_its_port_while_it_loads_proves_nothing()
    {
        Impostor.NeedsRoot();
        const string last = "Loading weights took 12.34 seconds";
        var engine = await StartedAsync(last, status: null);
        _strangers.Add(Impostor.Listening(_folder, Impostor.Stranger, _port));
        await engine.AskUntoldAsync(new FakeTimeProvider(), TestContext.Current.CancellationToken);
        engine.Handle.Log!.Read().Stage.ShouldBe(StartupStage.WeightsLoaded);
    }

    public void Dispose()
    {
        foreach (var stranger in _strangers)
            stranger.Dispose();
        if (_engine?.Handle.Run is { } run)
        {
            _processes.Signal(run.Main, Signals.Kill);
            SpinWait.SpinUntil(() => DetachedProcess.TryReap(run.ProcessId) is not null, TimeSpan.FromSeconds(20));
        }

        _engine?.Http.Dispose();
        _folder.Dispose();
    }

    private async Task<StartupStage> AskedAsync(SupervisedEngine engine)
    {
        SpinWait.SpinUntil(() => new SocketTable().Tcp(_port).Any(u => u.Listens), TimeSpan.FromSeconds(20)).ShouldBeTrue("the engine listens");
        await engine.AskUntoldAsync(new FakeTimeProvider(), TestContext.Current.CancellationToken);
        return engine.Handle.Log!.Read().Stage;
    }

    /// <param name="last">The last line that its log takes.</param>
    /// <param name="status">What it answers; null: it never listens.</param>
    private async Task<SupervisedEngine> StartedAsync(string last, int? status)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/perl"), "needs perl, which is the engine here");
        var program = _folder.File("vllm");
        var then = status is null ? "exec sleep 300" : $"exec perl -e '{Server.Replace('\n', ' ')}' {_port} {status}";
        File.WriteAllText(program, $"#!/bin/sh\necho '{last}'\n{then}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var load = SettingsFile.Parse("t.yaml",
            $"state_folder: {_folder.File("state")}\nengines: [{{ name: deepseek, command: {program}, model: /m, port: {_port}, chips: [0/0] }}]\n",
                _ => false);
        load.Problems.ShouldBeEmpty();
        _engine = Composition.Engine(load.Settings!, load.Settings!.Engines[0], TextGate.OfPatterns, keeps: true, new ProcessRunner(TimeProvider.System),
            _processes,
            TimeProvider.System);
        (await _engine.Handle.StartAsync([0], new Dictionary<string, string>(), CancellationToken.None)).Refusal.ShouldBeNull();
        SpinWait.SpinUntil(() => _engine.Handle.Log!.Read().Stage != StartupStage.Launched, TimeSpan.FromSeconds(20)).ShouldBeTrue("the line is read");
        return _engine;
    }
}
