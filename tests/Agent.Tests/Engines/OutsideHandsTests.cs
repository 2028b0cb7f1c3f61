using Agent.Adapters.Processes;
using Agent.Configuration;
using Agent.Engines;
using Agent.Engines.Kinds;
using Agent.Tests.Engines.Kinds;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines;

/// <summary>What somebody else does to the engine's unit or container while the agent watches.</summary>
public sealed class OutsideHandsTests : IDisposable
{
    private const string FirstRun = "non-default args: {}\nApplication startup complete.\n";

    private readonly TemporaryFolder _folder = new();
    private readonly ProcFolder _proc;
    private readonly ScriptedKind _kind = new();
    private readonly FakeTimeProvider _clock = new(Story.Start);

    public OutsideHandsTests()
    {
        _proc = new ProcFolder(_folder).With(100);
        Directory.CreateDirectory(_folder.File("proc/sys/kernel/random"));
        File.WriteAllText(_folder.File("proc/sys/kernel/random/boot_id"), "a-boot");
    }

    [Fact]
    public async Task A_stop_is_told_by_how_it_ended()
    {
        var host = await ServingAsync();
        End(new EngineExit(-15, OutOfMemory: false));
        await host.LookAgainAsync(CancellationToken.None);
        host.Life().ShouldBe(EngineLife.Ended);
        host.Exit!.WasAsked.ShouldBeTrue();
    }

    [Fact]
    public async Task One_that_was_started_again_is_taken_over_and_only_its_own_lines_count()
    {
        var host = await ServingAsync();
        End(new EngineExit(0, OutOfMemory: false));
        await host.LookAgainAsync(CancellationToken.None);
        await StartedAgainAsync(host);
        host.Exit.ShouldBeNull();
        File.AppendAllText(host.Run!.LogFile, FirstRun + "non-default args: {}\n");
        host.Log!.Read().Stage.ShouldBe(StartupStage.ConfigurationRead);
    }

    [Fact]
    public async Task One_that_was_started_again_while_no_agent_looked_is_adopted_in_the_same_way()
    {
        await ServingAsync();
        End(null);
        var next = Host();
        _kind.Main = new ProcessId(200, 7);
        _proc.With(200);
        (await next.AdoptAsync(keeps: true, CancellationToken.None)).ShouldBeTrue();
        (next.Run!.ProcessId, next.Run.LogBegin).ShouldBe((200, FirstRun.Length));
    }

    [Fact]
    public async Task A_unit_whose_log_begins_anew_is_read_from_its_first_line()
    {
        _kind.Log = LogOrigin.Copied;
        var host = await ServingAsync();
        End(null);
        await StartedAgainAsync(host);
        host.Run!.LogBegin.ShouldBe(0);
    }

    [Fact]
    public async Task What_the_agent_itself_stops_is_not_asked_for()
    {
        var host = await ServingAsync();
        host.ForgetRun();
        End(new EngineExit(-15, OutOfMemory: false));
        await host.LookAgainAsync(CancellationToken.None);
        host.Life().ShouldBe(EngineLife.Stopped);
        host.Exit.ShouldBeNull();
    }

    public void Dispose() => _folder.Dispose();

    private async Task<EngineHost> ServingAsync()
    {
        var host = Host();
        _kind.Main = new ProcessId(100, 7);
        (await host.StartAsync([0], new Dictionary<string, string>(), CancellationToken.None)).Problem.ShouldBeNull();
        File.WriteAllText(host.Run!.LogFile, FirstRun);
        host.Log!.Read().Stage.ShouldBe(StartupStage.Serving);
        _clock.Advance(TimeSpan.FromMinutes(1));
        return host;
    }

    private void End(EngineExit? exit)
    {
        _proc.Gone(100);
        (_kind.Main, _kind.Exit) = (null, exit);
    }

    private async Task StartedAgainAsync(EngineHost host)
    {
        _proc.With(200);
        _kind.Main = new ProcessId(200, 7);
        await host.LookAgainAsync(CancellationToken.None);
        (host.Life(), host.Run!.ProcessId).ShouldBe((EngineLife.Running, 200));
    }

    private EngineHost Host()
    {
        var load = SettingsFile.Parse("t.yaml", $"state_folder: {_folder.File("state")}\nengines:\n  - name: deepseek\n    model: /m\n    chips: [0/0]\n", _ => false);
        load.Problems.ShouldBeEmpty();
        return new EngineHost(load.Settings!.Engines[0], load.Settings.StateFolder, _kind, _proc.Table, _clock);
    }

    /// <summary>Runs what the test says, ended as the test says.</summary>
    private sealed class ScriptedKind : IEngineKind
    {
        public bool OwnsCgroup => false;

        public LogOrigin Log { get; set; } = LogOrigin.CopiedWithEarlierRuns;

        public ProcessId? Main { get; set; }

        public EngineExit? Exit { get; set; }

        public Task<(ProcessId? Main, string? Problem)> LaunchAsync(EngineLaunch launch, CancellationToken cancellation) => Task.FromResult((Main, (string?)null));

        public Task<ProcessId?> FindAsync(CancellationToken cancellation) => Task.FromResult(Main);

        public Task<CommandLine?> PrintLogAsync(CancellationToken cancellation) => Task.FromResult<CommandLine?>(null);

        public Task<EngineExit?> ExitAsync(CancellationToken cancellation) => Task.FromResult(Exit);

        public Task<string?> AskToStopAsync(CancellationToken cancellation) => Task.FromResult<string?>(null);

        public Task KillAllAsync(CancellationToken cancellation) => Task.CompletedTask;

        public Task<string?> CloseAsync(CancellationToken cancellation) => Task.FromResult<string?>(null);

        public Task<IReadOnlyList<string>> CautionsAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>([]);
    }
}
