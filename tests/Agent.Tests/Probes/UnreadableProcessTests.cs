using Agent.Adapters;
using Agent.Adapters.Processes;
using Agent.Domain.Engines;
using Agent.Domain.Observations;
using Agent.Engines.Signs;
using Agent.Engines.Starting;
using Agent.Probes.Engine;
using Agent.Tests.Bundles;
using Agent.Tests.Engines;

namespace Agent.Tests.Probes;

/// <summary>
/// A worker that sleeps in the driver with its memory locked: whoever reads its variables hangs with it, here for longer than a look may take.
/// </summary>
public sealed class UnreadableProcessTests : IDisposable
{
    private const int Port = 8000;
    private const int Worker = 4712;

    private readonly EvidenceScene _scene = new($"    port: {Port}\n", new MemoryReads { BetweenLooks = TimeSpan.FromHours(1) });
    private LockedFile? _locked;

    [Fact]
    public async Task In_the_middle_of_a_start_no_process_is_read_while_nobody_listens()
    {
        Start("Loading weights took 12.34 seconds\n");
        Lock();
        var seen = await LookAsync(Probe());
        (seen.Verdict, Sign(seen).Process.Life).ShouldBe((Verdict.Healthy, EngineLife.Running), seen.Summary);
    }

    [Theory]
    [InlineData("Loading weights took 12.34 seconds\n")]
    [InlineData("Application startup complete.\n")]
    public async Task The_look_at_the_run_comes_without_the_processes_that_hang(string log)
    {
        Start(log);
        Lock();
        Listen();
        var probe = Probe();
        for (var look = 0; look < 2; look++)
        {
            var seen = await WaitForLookAsync(probe);
            (seen.Verdict, seen.Fault, seen.Summary).ShouldBe((Verdict.CouldNotLook, null, "its processes cannot be read in time"));
            (Sign(seen).Process.Life, Sign(seen).Core).ShouldBe((EngineLife.Running, null));
        }

        Unlock();
        for (var seen = await WaitForLookAsync(probe); seen.Verdict != Verdict.Healthy; seen = await WaitForLookAsync(probe))
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_end_is_told_in_time_while_others_of_the_engine_hang(bool wereSeen)
    {
        Start("Application startup complete.\n");
        var probe = Probe();
        if (wereSeen)
        {
            Child("VLLM::Worker_TP0");
            EndMain();
            Sign(await LookAsync(probe)).Process.Leftovers.ShouldHaveSingleItem();
        }

        Lock();
        if (!wereSeen)
            EndMain();
        for (var look = 0; look < 2; look++)
        {
            var process = Sign(await WaitForLookAsync(probe)).Process;
            (process.Life, process.Leftovers.Count).ShouldBe((EngineLife.Ended, wereSeen ? 1 : 0), process.Text);
            process.Text.ShouldEndWith("; whether other processes of it live cannot be read in time");
        }

        Unlock();
        Sign(await LookAsync(probe)).Process.Text.ShouldNotContain("in time");
    }

    [Fact]
    public async Task A_pause_that_was_seen_stands_while_nobody_can_tell()
    {
        Start("Application startup complete.\n");
        Child("VLLM::Worker_TP0", 'T');
        var watch = new StandstillWatch(_scene.Engine, _scene.Clock);
        await watch.LookForPauseAsync(asksKind: true, TestContext.Current.CancellationToken);
        watch.PauseOf(_scene.Engine.Handle.Run)!.IsPaused.ShouldBeTrue();
        Lock("cmdline");
        for (var look = 0; look < 2; look++)
        {
            await WaitForAsync(watch.LookForPauseAsync(asksKind: true, TestContext.Current.CancellationToken));
            watch.PauseOf(_scene.Engine.Handle.Run)!.IsPaused.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task While_others_of_it_hang_an_engine_is_not_started()
    {
        Start("Application startup complete.\n");
        Lock();
        EndMain();
        var starting = Starter().StartAsync(_scene.Engine, TestContext.Current.CancellationToken);
        (await WaitForAsync(starting)).ShouldBe(new Outcome(false, "refused: whether leftover processes of it live cannot be read in time"));
    }

    [Fact]
    public async Task A_probe_that_is_switched_off_looks_on_for_the_verdict_but_not_for_cores()
    {
        Start("Application startup complete.\n");
        Child("VLLM::EngineCore");
        var on = Probe();
        Sign(await LookAsync(on)).Core.ShouldNotBeNull();
        End();
        Sign(await LookAsync(on)).Core!.MissingFor.ShouldNotBeNull();

        Child("VLLM::EngineCore");
        var off = new EngineProcessProbe(_scene.Engine, StartScene.Numbering(new SmallBoard().NpuSmi), _scene.Clock) { LooksForCores = false };
        await LookAsync(off);
        End();
        var seen = await LookAsync(off);
        (Sign(seen).Process.Life, Sign(seen).Core, seen.Serving).ShouldBe((EngineLife.Running, null, null));
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(false, false, false)]
    public void Whoever_switches_it_off_is_told_what_goes_on(bool judges, bool looks, bool isTold)
    {
        var yaml = $"probes: {{ engine-verdict: {{ enabled: {(judges ? "true" : "false")} }}, engine-process: {{ enabled: {(looks ? "true" : "false")} }} }}";
        var note = JudgeLimits.Note(SettingsFile.Parse("t.yaml", yaml, _ => false).Settings!.Probes);
        (note is not null).ShouldBe(isTold);
        note?.ShouldContain("probes.engine-process.enabled");
    }

    public void Dispose()
    {
        Unlock();
        _scene.Dispose();
    }

    private EngineProcessProbe Probe() => new(_scene.Engine, StartScene.Numbering(new SmallBoard().NpuSmi), _scene.Clock);

    private static RunSeen Sign(Observation seen) => seen.Sign.ShouldBeOfType<RunSeen>();

    private static async Task<Observation> LookAsync(EngineProcessProbe probe) =>
        (await probe.LookAsync(TestContext.Current.CancellationToken)).ShouldHaveSingleItem();

    /// <summary>Time passes for as long as the look waits for something.</summary>
    private async Task<Observation> WaitForLookAsync(EngineProcessProbe probe) =>
        (await WaitForAsync(probe.LookAsync(TestContext.Current.CancellationToken))).ShouldHaveSingleItem();

    private async Task<T> WaitForAsync<T>(Task<T> look)
    {
        await WaitForAsync((Task)look);
        return await look;
    }

    private async Task WaitForAsync(Task look)
    {
        while (!look.IsCompleted)
        {
            _scene.Clock.Advance(TimeSpan.FromSeconds(0.5));
            await Task.Yield();
        }

        await look;
    }

    private void Start(string log)
    {
        _scene.Process(4711, "vllm", "vllm serve /m");
        _scene.Started(Story.Start, "non-default args: {}\n" + log);
        _scene.Engine.Handle.Log!.Read();
    }

    private void Listen() => _scene.Write("proc/net/tcp", "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        + $"   0: 0100007F:{Port:X4} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 77 1 0 100 0 0 10 0\n");

    private void Child(string title, char state = 'S')
    {
        _scene.Process(Worker, title[..15], title);
        _scene.Write($"proc/{Worker}/stat", $"{Worker} ({title[..15]}) {state} 4711 4711 4711 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1 0 0");
    }

    private void End() => Directory.Delete(Path.Combine(_scene.Folder, "proc", $"{Worker}"), recursive: true);

    private void EndMain() => Directory.Delete(Path.Combine(_scene.Folder, "proc", "4711"), recursive: true);

    private EngineStarter Starter() =>
        new(StartScene.Numbering(new SmallBoard().NpuSmi), StartScene.Checks(new SmallBoard().NpuSmi), _scene.Clock);

    private void Lock(string file = "environ")
    {
        Child("VLLM::Worker_TP0");
        _locked = LockedFile.InPlaceOf(Path.Combine(_scene.Folder, $"proc/{Worker}/{file}"));
    }

    private void Unlock()
    {
        if (_locked is null)
            return;
        _locked.Dispose();
        _locked = null;
        End();
    }
}
