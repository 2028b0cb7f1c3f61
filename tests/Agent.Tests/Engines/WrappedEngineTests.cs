using System.Globalization;
using Agent.Adapters.Processes;
using Agent.Adapters.VllmHttp;
using Agent.Engines;
using Agent.Engines.Kinds;
using Agent.Engines.Stopping;

namespace Agent.Tests.Engines;

/// <summary>Real processes: an engine below a shell, as people write it, is stopped with its own drain and with everything of it.</summary>
public sealed class WrappedEngineTests : IDisposable
{
    // Stands in for vLLM: it drains at SIGTERM, and its worker is not its own to end.
    private const string Engine = "#!/bin/sh\ntrap 'kill $!; echo drained > \"$0.drained\"; exit 0' TERM\n: > \"$0.up\"\nwhile :; do sleep 300 & wait; done\n";

    private readonly TemporaryFolder _folder = new();
    private readonly ProcessTable _processes = new();
    private EngineHandle? _host;

    [Theory]
    [InlineData("{0} \"$@\"; echo done")]
    [InlineData("sh -c '{0} \"$@\"; echo inner' inner \"$@\"; echo outer")]
    [InlineData("{0} \"$@\" & wait; wait")]
    [InlineData("env -i PATH=\"$PATH\" {0} \"$@\"; echo done")]
    [InlineData("exec {0} \"$@\"")]
    public async Task SIGTERM_reaches_vLLM_itself_below_a_wrapper_and_nothing_of_it_is_left(string wrapper)
    {
        var engine = await StartAsync(wrapper);
        var outcome = await EngineStop.RunAsync(engine, _ => { }, TimeProvider.System, CancellationToken.None);
        outcome.IsStopped.ShouldBeTrue(outcome.Text);
        File.Exists(_folder.File("vllm.drained")).ShouldBeTrue("vLLM was killed and not asked");
        engine.Handle.Marked().Found.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wrapper_that_starts_it_again_is_ended_with_it()
    {
        var engine = await StartAsync("while :; do {0} \"$@\"; done");
        var outcome = await EngineStop.RunAsync(engine, _ => { }, TimeProvider.System, CancellationToken.None);
        outcome.IsStopped.ShouldBeTrue(outcome.Text);
        File.Exists(_folder.File("vllm.drained")).ShouldBeTrue();
        engine.Handle.Marked().Found.ShouldBeEmpty();
    }

    public void Dispose()
    {
        foreach (var left in _host?.Tree() ?? [])
            _processes.Signal(left.Id, Signals.Kill);
        _folder.Dispose();
    }

    private async Task<SupervisedEngine> StartAsync(string wrapper)
    {
        Write("vllm", Engine);
        Write("wrapper", "#!/bin/sh\n" + string.Format(CultureInfo.InvariantCulture, wrapper, _folder.File("vllm")) + "\n");
        var load = SettingsFile.Parse("t.yaml",
            $"state_folder: {_folder.File("state")}\nengines:\n  - name: a\n    command: {_folder.File("wrapper")}\n    model: /m\n    port: "
            + $"{StartScene.FreePort()}\n    chips: [0/0]\n    stop: {{ term_wait: 5s }}\n", _ => false);
        load.Problems.ShouldBeEmpty();
        var engine = load.Settings!.Engines[0];
        _host = new EngineHandle(engine, _folder.File("state"), ProcessKind.Of(_processes, engine, _folder.File("state"), ProcessTable.Self), _processes,
            TimeProvider.System);
        (await _host.StartAsync([0], new Dictionary<string, string>(), CancellationToken.None)).Refusal.ShouldBeNull();
        SpinWait.SpinUntil(() => File.Exists(_folder.File("vllm.up")), TimeSpan.FromSeconds(30)).ShouldBeTrue();
        return new SupervisedEngine(engine, _host, new VllmClient(engine.Address, null, TimeProvider.System));
    }

    private void Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        File.SetUnixFileMode(_folder.File(name), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
