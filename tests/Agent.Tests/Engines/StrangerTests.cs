using Agent.Adapters.Processes;
using Agent.Domain.Engines;
using Agent.Domain.Recovery;
using Agent.Engines;
using Agent.Engines.Runs;
using Agent.ForeignText;
using Agent.Remedies;

namespace Agent.Tests.Engines;

/// <summary>A real process of another user that passes itself off as the engine of an agent that is root.</summary>
public sealed class StrangerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ProcessTable _processes = new();
    private readonly List<IDisposable> _others = [];
    private readonly SupervisedEngine _engine;

    public StrangerTests()
    {
        Directory.CreateDirectory(_folder.File("state"));
        var load = SettingsFile.Parse("t.yaml",
            $"state_folder: {_folder.File("state")}\nengines:\n  - name: deepseek\n    model: /m\n    chips: [0/0]\n    stop: {{ kill_wait: 1s }}\n",
            _ => false);
        load.Problems.ShouldBeEmpty();
        _engine = Composition.Engine(load.Settings!, load.Settings!.Engines[0], TextGate.OfPatterns, keeps: true, new ProcessRunner(TimeProvider.System),
            _processes, TimeProvider.System);
    }

    [Fact]
    public async Task With_the_engines_marker_it_is_neither_adopted_nor_a_leftover_nor_killed()
    {
        var stranger = Marked(Impostor.Stranger);
        (await _engine.Handle.AdoptAsync(keeps: true, CancellationToken.None)).ShouldBeFalse();
        _engine.Handle.Marked().Found.ShouldBeEmpty();
        (await _engine.Handle.LeftoversAsync(CancellationToken.None))!.ShouldBeEmpty();
        await ClearOrphansAsync();
        stranger.IsAlive.ShouldBeTrue();
    }

    [Fact]
    public async Task A_record_that_names_it_is_not_believed()
    {
        var stranger = Marked(Impostor.Stranger);
        Record(stranger.Id);
        (await _engine.Handle.AdoptAsync(keeps: true, CancellationToken.None)).ShouldBeFalse();
        _engine.Handle.Life().ShouldBe(EngineLife.Stopped);
        stranger.IsAlive.ShouldBeTrue();
    }

    [Fact]
    public async Task The_agents_own_is_found_beside_it_and_alone_is_killed()
    {
        var stranger = Marked(Impostor.Stranger);
        var own = Marked(ProcessTable.Self);
        (await _engine.Handle.AdoptAsync(keeps: true, CancellationToken.None)).ShouldBeTrue();
        _engine.Handle.Run!.Main.ShouldBe(own.Id);
        _engine.Handle.Tree().ShouldHaveSingleItem().Id.ShouldBe(own.Id);
        _engine.Handle.Stopped(_engine.Handle.Run);
        await ClearOrphansAsync();
        own.IsAlive.ShouldBeFalse();
        stranger.IsAlive.ShouldBeTrue();
    }

    [Fact]
    public async Task A_command_of_root_looks_for_the_engine_of_the_agents_user()
    {
        var load = SettingsFile.Parse("t.yaml", $"state_folder: {_folder.File("state")}\nengines:\n  - name: deepseek\n    model: /m\n    chips: [0/0]\n",
            _ => false);
        var stranger = Marked(Impostor.Stranger);
        var agents = Marked(Impostor.Another);
        await new ProcessRunner(TimeProvider.System).RunAsync(new CommandLine("chown", [$"{Impostor.Another}", _folder.File("state")]),
            new ProcessLimits(TimeSpan.FromSeconds(20)), cancellation: CancellationToken.None);
        var seen = Composition.Engine(load.Settings!, load.Settings!.Engines[0], TextGate.OfPatterns, keeps: false, new ProcessRunner(TimeProvider.System),
            _processes, TimeProvider.System);
        (await seen.Handle.AdoptAsync(keeps: false, CancellationToken.None)).ShouldBeTrue();
        seen.Handle.Run!.Main.ShouldBe(agents.Id);
        seen.Handle.Marked().Found.Select(p => p.Id).ShouldNotContain(stranger.Id);
    }

    public void Dispose()
    {
        foreach (var other in _others)
            other.Dispose();
        _engine.Http.Dispose();
        _folder.Dispose();
    }

    private Impostor Marked(uint user)
    {
        Impostor.NeedsRoot();
        var impostor = Impostor.Standing(_folder, user, EngineHandle.MarkerOf(_engine.Settings, _folder.File("state")));
        _others.Add(impostor);
        return impostor;
    }

    private void Record(ProcessId id)
    {
        Directory.CreateDirectory(_folder.File("state/engines/deepseek"));
        EngineRunFile.Write(_folder.File("state/engines/deepseek/run.json"),
            new EngineRun(id.Pid, id.StartTicks, _processes.BootId(), Story.Start, _folder.File("state/engines/deepseek/a.log"), "vllm serve /m"));
    }

    private async Task ClearOrphansAsync() =>
        await new OrphansRemedy([_engine], TimeProvider.System)
            .RunAsync(new StepContext(new Step(StepKind.ClearOrphans, _engine.Settings.Subject), "an-incident", _ => { }), CancellationToken.None);
}
