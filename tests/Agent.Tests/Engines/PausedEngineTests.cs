using Agent.Adapters.Processes;
using Agent.Adapters.VllmHttp;
using Agent.Configuration.Engines;
using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Recovery;
using Agent.Engines;
using Agent.Engines.Kinds;
using Agent.Engines.Runs;
using Agent.Engines.Signs;
using Agent.Probes.Engine;
using Agent.Remedies;
using Agent.Tests.Engines.Kinds;
using Agent.Tests.Probes;

namespace Agent.Tests.Engines;

/// <summary>Processes that somebody stopped, and cgroups that somebody froze.</summary>
public sealed class PausedEngineTests : IDisposable
{
    private const int Stop = 19;
    private const int Continue = 18;

    private readonly TemporaryFolder _folder = new();
    private readonly ProcessTable _processes = new();
    private SupervisedEngine? _engine;

    [Fact]
    public async Task A_stopped_process_is_told_as_paused_and_not_killed_and_goes_on_when_it_is_let()
    {
        var engine = await StartedAsync();
        var probe = new EngineProcessProbe(engine, StartScene.Numbering(new SmallBoard().NpuSmi), TimeProvider.System);
        var folded = new FoldedEngine(engine, TimeProvider.System);
        _processes.Signal(engine.Handle.Run!.Main, Stop).ShouldBe(SignalOutcome.Sent);
        SpinWait.SpinUntil(() => _processes.State(engine.Handle.Run.Main)!.IsHalted, TimeSpan.FromSeconds(10)).ShouldBeTrue();

        await folded.LookAsync(probe);
        var seen = folded.Verdict();
        (seen.Fault, seen.Serving).ShouldBe((FaultCodes.EnginePaused, null));
        seen.Summary.ShouldContain($"`kill -CONT {engine.Handle.Run.ProcessId}` lets it go on");
        var stop = await new EngineStopRemedy([engine],
            TimeProvider.System).RunAsync(new StepContext(new Step(StepKind.StopEngine, engine.Settings.Subject), "an-incident", _ => { }),
            CancellationToken.None);
        (stop.Succeeded, stop.Detail).ShouldBe(
            (false, $"somebody paused it, so it is not stopped: process {engine.Handle.Run.ProcessId} sleep was stopped by a signal; `kill -CONT "
            + $"{engine.Handle.Run.ProcessId}` lets it go on"));
        engine.Handle.Life().ShouldBe(EngineLife.Running);

        _processes.Signal(engine.Handle.Run.Main, Continue);
        SpinWait.SpinUntil(() => !_processes.State(engine.Handle.Run.Main)!.IsHalted, TimeSpan.FromSeconds(10)).ShouldBeTrue();
        await folded.LookAsync(probe);
        folded.Verdict().Fault.ShouldBeNull();
        engine.Signs.Of(engine.Handle.Run).Pause!.IsPaused.ShouldBeFalse();
    }

    [Theory]
    [InlineData('S', "0", false, null)]
    [InlineData('T', "0", false, "process 4711 vllm was stopped by a signal; `kill -CONT 4711` lets it go on")]
    [InlineData('t', "0", false, "process 4711 vllm is held by a debugger")]
    [InlineData('S', "1", false, "the kernel keeps its cgroup frozen: /engine")]
    [InlineData('D', "1", false, "the kernel keeps its cgroup frozen: /engine")]
    public async Task The_kernels_word_is_enough(char state, string frozen, bool asksKind, string? how)
    {
        var proc = new ProcFolder(_folder).With(4711, cgroup: "0::/engine\n", state: state);
        Cgroup("cgroup.events", $"populated 1\nfrozen {frozen}\n");
        (await Standstill(proc).PausedAsync(Run, asksKind, CancellationToken.None)).ShouldBe(how);
    }

    [Fact]
    public async Task A_worker_that_is_stopped_pauses_the_engine_and_a_job_of_a_shell_beside_it_does_not()
    {
        var proc = new ProcFolder(_folder).With(4711, cgroup: "0::/engine\n").With(4712, cgroup: "0::/engine\n", state: 'T');
        (await Standstill(proc).PausedAsync(Run, asksKind: true, CancellationToken.None)).ShouldBeNull();
        var stat = _folder.File("proc/4712/stat");
        File.WriteAllText(stat, File.ReadAllText(stat).Replace("T 1 4712", "T 4711 4712", StringComparison.Ordinal));
        (await Standstill(proc).PausedAsync(Run, asksKind: true,
            CancellationToken.None)).ShouldBe("process 4712 vllm was stopped by a signal; `kill -CONT 4712` lets it go on");
    }

    [Fact]
    public void Kills_because_memory_ran_out_are_counted_after_the_main_process_is_gone()
    {
        var proc = new ProcFolder(_folder).With(4711, cgroup: "0::/engine\n");
        Cgroup("memory.events", "oom_kill 0\n");
        var standstill = Standstill(proc);
        standstill.MemoryKills(Run).ShouldBe(0);
        proc.Gone(4711);
        Cgroup("memory.events", "oom_kill 1\n");
        standstill.MemoryKills(Run).ShouldBe(1);
        standstill.MemoryKills(Run with { Cgroup = null }).ShouldBeNull();
    }

    public void Dispose()
    {
        if (_engine?.Handle.Run is { } run)
        {
            _processes.Signal(run.Main, Signals.Kill);
            SpinWait.SpinUntil(() => DetachedProcess.TryReap(run.ProcessId) is not null, TimeSpan.FromSeconds(10));
        }

        _folder.Dispose();
    }

    private static EngineRun Run => new(4711, 7, "a-boot", DateTimeOffset.UnixEpoch, "/log", "vllm") { Cgroup = "/engine" };

    private EngineStandstill Standstill(ProcFolder proc) =>
        new(ProcessKind.Of(proc.Table, Settings("vllm"), _folder.Path, ProcFolder.Agent), proc.Table, new CgroupFiles(_folder.File("cgroup")));

    private EngineSettings Settings(string program)
    {
        var engine = $"{{ name: deepseek, command: {program}, model: /m, port: {StartScene.FreePort()}, chips: [0/0] }}";
        var load = SettingsFile.Parse("t.yaml", $"state_folder: {_folder.Path}\nengines: [{engine}]\n", _ => false);
        load.Problems.ShouldBeEmpty();
        return load.Settings!.Engines[0];
    }

    private void Cgroup(string file, string text)
    {
        Directory.CreateDirectory(_folder.File("cgroup/engine"));
        File.WriteAllText(_folder.File("cgroup/engine/" + file), text);
    }

    private async Task<SupervisedEngine> StartedAsync()
    {
        var program = _folder.File("vllm");
        File.WriteAllText(program, "#!/bin/sh\nexec sleep 300\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var settings = Settings(program);
        var host = new EngineHandle(settings, _folder.Path, ProcessKind.Of(_processes, settings, _folder.Path, ProcessTable.Self), _processes,
            TimeProvider.System);
        _engine = new SupervisedEngine(settings, host, new VllmClient(settings.Address, null, TimeProvider.System));
        (await _engine.Handle.StartAsync([0], new Dictionary<string, string>(), CancellationToken.None)).Refusal.ShouldBeNull();
        SpinWait.SpinUntil(() => _processes.Read(_engine.Handle.Run!.ProcessId) is { Name: "sleep" }, TimeSpan.FromSeconds(10)).ShouldBeTrue();
        return _engine;
    }
}
