using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Adapters.VllmHttp;
using Agent.Domain.Recovery;
using Agent.Engines;
using Agent.Engines.Kinds;
using Agent.Engines.Starting;
using Agent.Remedies;
using Agent.Tests.Bundles;
using Agent.Tests.Engines;

namespace Agent.Tests.Remedies;

/// <summary>What a start gives the engine, read from the environment of a real process.</summary>
public sealed class EngineStartRemedyTests : IDisposable
{
    private const string Variable = "ASCEND_GLOBAL_LOG_LEVEL";

    private readonly TemporaryFolder _folder = new();
    private readonly ProcessTable _processes = new();
    private SupervisedEngine? _engine;

    [Theory]
    [InlineData("", 1, null, null)]
    [InlineData("", 2, "1", "raised from 3 (error) to 1 (info) for this run: engine-exited was recovered 2 times in 1h")]
    [InlineData("debug_after: { repeats: 3, level: 0 }", 2, null, null)]
    [InlineData("debug_after: { repeats: 3, level: 0 }", 3, "0", "to 0 (debug)")]
    [InlineData("debug_after: { repeats: 0 }", 50, null, null)]
    [InlineData("environment: { ASCEND_GLOBAL_LOG_LEVEL: 2 }", 2, "1", "raised from 2 (warning) to 1 (info)")]
    [InlineData("environment: { ASCEND_GLOBAL_LOG_LEVEL: 0 }", 2, "0", "stays 0 (debug)")]
    [InlineData("environment: { ASCEND_GLOBAL_LOG_LEVEL: nonsense }", 2, "1", "raised from 3 (error)")]
    public async Task A_fault_that_comes_again_raises_the_log_level_of_this_run(string settings, int recoveries, string? level, string? says)
    {
        var (outcome, environment) = await StartAsync(settings, (_, _, _) => ("engine-exited", recoveries));
        environment.GetValueOrDefault(Variable).ShouldBe(level);
        if (says is null)
            outcome.Detail.ShouldNotContain(Variable);
        else
            outcome.Detail.ShouldContain(says);
    }

    [Fact]
    public async Task A_start_for_the_sake_of_another_subject_is_as_usual() =>
        (await StartAsync("", (_, _, _) => null)).Environment.ShouldNotContainKey(Variable);

    public void Dispose()
    {
        if (_engine?.Handle.Run is { } run)
        {
            _processes.Signal(run.Main, Signals.Kill);
            SpinWait.SpinUntil(() => DetachedProcess.TryReap(run.ProcessId) is not null, TimeSpan.FromSeconds(10));
        }

        _folder.Dispose();
    }

    private async Task<(StepOutcome Outcome, IReadOnlyDictionary<string, string> Environment)> StartAsync(string settings, CountRecoveries recoveries)
    {
        var program = _folder.File("vllm");
        File.WriteAllText(program, "#!/bin/sh\nexec sleep 300\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var load = SettingsFile.Parse("t.yaml",
            $"state_folder: {_folder.Path}\nengines:\n  - name: deepseek\n    command: {program}\n    model: /m\n    port: {StartScene.FreePort()}\n    "
            + $"chips: [0/0]\n    {settings}\n", _ => false);
        load.Problems.ShouldBeEmpty();
        var engine = load.Settings!.Engines[0];
        _engine = new SupervisedEngine(engine,
            new EngineHandle(engine, _folder.Path, ProcessKind.Of(_processes, engine, _folder.Path, ProcessTable.Self), _processes, TimeProvider.System),
            new VllmClient(engine.Address, null, TimeProvider.System));
        var npuSmi = new NpuSmi(new AnsweringProcesses(command => command == "npu-smi info -m" ? (ProcessEnd.Exited, 0,
            "NPU ID Chip ID Chip Logic ID Chip Name\n0 0 0 910B3\n") : (ProcessEnd.NotFound, -1, "")), "npu-smi", TimeSpan.FromSeconds(1));
        var outcome = await new EngineStartRemedy([_engine], new EngineStarter(StartScene.Numbering(npuSmi), StartScene.Checks(npuSmi), TimeProvider.System),
            recoveries).RunAsync(new StepContext(new Step(StepKind.StartEngine, engine.Subject), "an-incident", _ => { }), CancellationToken.None);
        outcome.Succeeded.ShouldBeTrue(outcome.Detail);
        // Empty for the moment in which the script becomes sleep.
        IReadOnlyDictionary<string, string>? environment = null;
        SpinWait.SpinUntil(() => (environment = _processes.Environment(_engine.Handle.Run!.ProcessId)) is not null, TimeSpan.FromSeconds(10)).ShouldBeTrue();
        return (outcome, environment!);
    }
}
