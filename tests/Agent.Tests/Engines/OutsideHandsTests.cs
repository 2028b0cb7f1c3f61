using Agent.Adapters.Processes;
using Agent.Domain.Engines;
using Agent.Engines;
using Agent.Engines.Drift;
using Agent.Engines.Kinds;
using Agent.Engines.Runs;
using Agent.Engines.Starting;
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
    public async Task One_whose_container_has_let_go_of_old_lines_is_read_behind_what_is_left_of_them()
    {
        var host = await ServingAsync();
        var lines = string.Concat(Enumerable.Range(0, 3000).Select(i => $"INFO 11-24 10:00:00 request {i}\n"));
        File.AppendAllText(host.Run!.LogFile, lines + "EngineCore encountered a fatal error.\n");
        End(null);
        await host.LookAgainAsync(CancellationToken.None);
        await StartedAgainAsync(host);
        File.AppendAllText(host.Run!.LogFile, lines[^4000..]);
        host.Log!.Read().Stage.ShouldBe(StartupStage.Launched);
        File.AppendAllText(host.Run.LogFile, "EngineCore encountered a fatal error.\nnon-default args: {}\n");
        host.Log.Read().Stage.ShouldBe(StartupStage.ConfigurationRead);
        host.Log.Read().DeathLine.ShouldBeNull();
    }

    [Fact]
    public async Task One_whose_container_has_nothing_left_of_the_run_before_is_read_from_its_start()
    {
        var host = await ServingAsync();
        End(null);
        await host.LookAgainAsync(CancellationToken.None);
        await StartedAgainAsync(host);
        File.AppendAllText(host.Run!.LogFile, "non-default args: {}\n");
        host.Log!.Read().Stage.ShouldBe(StartupStage.Launched);
        _clock.Advance(TimeSpan.FromSeconds(11));
        host.Log.Read().Stage.ShouldBe(StartupStage.ConfigurationRead);
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
    public async Task An_engine_of_another_user_goes_on_in_the_file_that_the_agent_made_and_begins_behind_its_mark()
    {
        (_kind.Log, _kind.LogFolder) = (LogOrigin.WrittenBehindMark, _folder.File("logs"));
        Directory.CreateDirectory(_kind.LogFolder);
        var host = await ServingAsync();
        var log = host.Run!.LogFile;
        Path.GetDirectoryName(log).ShouldBe(_kind.LogFolder);
        // Twice while nobody looked: what stands between the marks is no more this run's than what stands before.
        foreach (var pid in (int[])[150, 200])
            File.AppendAllBytes(log, [.. RunMark.Of(new ProcessId(pid, 7)), .. "non-default args: {'port': 8001}\n"u8,
                .. pid == 150 ? "Application startup complete.\n"u8 : ""u8]);
        End(null);
        await StartedAgainAsync(host);
        host.Run!.LogFile.ShouldBe(log);
        host.Log!.Read().Stage.ShouldBe(StartupStage.ConfigurationRead);
        EngineArguments.InLog(host.Run)!.Values["port"].ShouldBe("8001");
    }

    [Fact]
    public async Task One_that_an_older_agent_started_beside_its_record_is_adopted_with_its_log_there_and_the_next_is_elsewhere()
    {
        _kind.Log = LogOrigin.Written;
        var before = (await ServingAsync()).Run!.LogFile;
        (_kind.Log, _kind.LogFolder) = (LogOrigin.WrittenBehindMark, _folder.File("logs"));
        Directory.CreateDirectory(_kind.LogFolder);
        var host = Host();
        (await host.AdoptAsync(keeps: true, CancellationToken.None)).ShouldBeTrue();
        (host.Run!.ProcessId, host.Run.LogFile).ShouldBe((100, before));
        host.Log!.Read().Stage.ShouldBe(StartupStage.Serving);

        await host.StartAsync([0], new Dictionary<string, string>(), CancellationToken.None);
        File.WriteAllText(host.Run!.LogFile, "");
        host.Logs().ShouldBe([host.Run.LogFile, before]);
        Path.GetDirectoryName(host.Run.LogFile).ShouldBe(_kind.LogFolder);
    }

    [Fact]
    public async Task One_that_is_not_taken_over_because_of_a_stop_is_not_written_down()
    {
        var host = await ServingAsync();
        End(null);
        _proc.With(200);
        _kind.Main = new ProcessId(200, 7);
        _kind.BeforeLog = () =>
        {
            host.Stopped(host.Run);
            return Task.CompletedTask;
        };
        await host.LookAgainAsync(CancellationToken.None);
        (host.Run!.ProcessId, Written()).ShouldBe((100, 100));
    }

    [Fact]
    public async Task A_start_whose_process_a_look_finds_meanwhile_is_written_down_as_it_is_known()
    {
        var host = await ServingAsync();
        End(null);
        await host.LookAgainAsync(CancellationToken.None);
        _proc.With(200);
        _kind.Main = new ProcessId(200, 7);
        _kind.BeforeLog = async () =>
        {
            _kind.BeforeLog = null;
            _kind.Main = new ProcessId(300, 7);
            _proc.With(300);
            (await host.LookAgainAsync(CancellationToken.None)).ShouldBeTrue();
            Written().ShouldBe(300);
        };
        (await host.StartAsync([0], new Dictionary<string, string>(), CancellationToken.None)).Refusal.ShouldBeNull();
        (host.Run!.ProcessId, Written()).ShouldBe((200, 200));
    }

    [Fact]
    public async Task What_the_agent_itself_stops_is_not_asked_for()
    {
        var host = await ServingAsync();
        host.Stopped(host.Run);
        End(new EngineExit(-15, OutOfMemory: false));
        await host.LookAgainAsync(CancellationToken.None);
        host.Life().ShouldBe(EngineLife.Stopped);
        host.Exit.ShouldBeNull();
    }

    public void Dispose() => _folder.Dispose();

    private async Task<EngineHandle> ServingAsync()
    {
        var host = Host();
        _kind.Main = new ProcessId(100, 7);
        (await host.StartAsync([0], new Dictionary<string, string>(), CancellationToken.None)).Refusal.ShouldBeNull();
        File.WriteAllText(host.Run!.LogFile, FirstRun);
        host.Log!.Read().Stage.ShouldBe(StartupStage.Serving);
        _clock.Advance(TimeSpan.FromMinutes(1));
        return host;
    }

    /// <summary>The process of the record that the next agent reads.</summary>
    private int? Written() => EngineRunFile.Read(_folder.File("state/engines/deepseek/run.json"))?.ProcessId;

    private void End(EngineExit? exit)
    {
        _proc.Gone(100);
        (_kind.Main, _kind.Exit) = (null, exit);
    }

    private async Task StartedAgainAsync(EngineHandle handle)
    {
        _proc.With(200);
        _kind.Main = new ProcessId(200, 7);
        await handle.LookAgainAsync(CancellationToken.None);
        (handle.Life(), handle.Run!.ProcessId).ShouldBe((EngineLife.Running, 200));
    }

    private EngineHandle Host()
    {
        var load = SettingsFile.Parse("t.yaml", $"state_folder: {_folder.File("state")}\nengines:\n  - name: deepseek\n    model: /m\n    chips: [0/0]\n",
            _ => false);
        load.Problems.ShouldBeEmpty();
        return new EngineHandle(load.Settings!.Engines[0], load.Settings.StateFolder, _kind, _proc.Table, _clock);
    }

    /// <summary>Runs what the test says, ended as the test says.</summary>
    private sealed class ScriptedKind : IEngineKind
    {
        public bool OwnsCgroup => false;

        public LogOrigin Log { get; set; } = LogOrigin.CopiedWithEarlierRuns;

        public uint? User => null;

        public string? LogFolder { get; set; }

        public IReadOnlyDictionary<string, string>? Given { get; set; }

        public bool IsErrand(ProcessEntry process) => false;

        public ProcessId? Main { get; set; }

        public EngineExit? Exit { get; set; }

        public Task<(ProcessId? Main, KindRefusal? Refusal)> LaunchAsync(EngineLaunch launch,
            CancellationToken cancellation) => Task.FromResult((Main, (KindRefusal?)null));

        public Task<ProcessId?> FindAsync(CancellationToken cancellation) => Task.FromResult(Main);

        /// <summary>What happens while it is asked how its log is printed.</summary>
        public Func<Task>? BeforeLog { get; set; }

        public async Task<CommandLine?> PrintLogAsync(CancellationToken cancellation)
        {
            if (BeforeLog is { } happens)
                await happens();
            return null;
        }

        public Task<EngineExit?> ExitAsync(CancellationToken cancellation) => Task.FromResult(Exit);

        public Task<string?> AskToStopAsync(CancellationToken cancellation) => Task.FromResult<string?>(null);

        public Task KillAllAsync(CancellationToken cancellation) => Task.CompletedTask;

        public Task<KindRefusal?> CloseAsync(CancellationToken cancellation) => Task.FromResult<KindRefusal?>(null);

        public Task<string?> PausedAsync(CancellationToken cancellation) => Task.FromResult<string?>(null);

        public Task<IReadOnlyList<string>> CautionsAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>([]);
    }
}
