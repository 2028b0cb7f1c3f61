using Agent.Adapters.Processes;
using Agent.Bundles;
using Agent.Domain.Engines;
using Agent.Domain.Recovery;
using Agent.Engines.Starting;
using Agent.Engines.Stopping;
using Agent.Remedies;
using Agent.Tests.Bundles;

namespace Agent.Tests.Engines;

/// <summary>
/// A worker that sleeps in the driver with its memory locked, so that its command line, variables and mappings are never read to their end. Nobody waits
/// for it for ever, and what it holds counts as unknown. Numbers are beyond those that a kernel gives away, so that no signal reaches anybody.
/// </summary>
public sealed class LockedMemoryTests : IDisposable
{
    private const int Main = 5_000_001;
    private const int Worker = 5_000_002;

    private readonly EvidenceScene _scene = new("    stop: { term_wait: 5s, kill_wait: 5s }\n");
    private readonly List<LockedFile> _locked = [];

    [Theory]
    [InlineData("cmdline")]
    [InlineData("environ")]
    public async Task A_stop_ends_and_names_it(string file)
    {
        Serve();
        Lock(file);
        var stop = await PlayAsync(() => EngineStop.RunAsync(_scene.Engine, _ => { }, _scene.Clock, CancellationToken.None));
        stop.IsStuck.ShouldBeTrue();
        stop.Text.ShouldContain($"{Worker} VLLM::Worker_TP (state D in devmm_svm_wait)");
    }

    [Fact]
    public async Task Leftovers_that_cannot_be_read_are_not_taken_for_gone()
    {
        PutWorker();
        Lock("environ");
        _scene.Process(Worker + 1, "VLLM::Worker_TP", "VLLM::Worker_TP1");
        _scene.Engine.Handle.Marked().Found.ShouldHaveSingleItem().Id.Pid.ShouldBe(Worker + 1);
        Directory.Delete(Path.Combine(_scene.Folder, $"proc/{Worker + 1}"), recursive: true);

        (await _scene.Engine.Handle.LeftoversAsync(CancellationToken.None)).ShouldBeNull();
        var step = new StepContext(new Step(StepKind.ClearOrphans, _scene.Engine.Settings.Subject), "an-incident", _ => { });
        (await PlayAsync(() => new OrphansRemedy([_scene.Engine], _scene.Clock).RunAsync(step, CancellationToken.None)))
            .ShouldBe(StepOutcome.Done("no leftover process of this engine; some processes of this user could not be read in time"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_engine_is_adopted_beside_it_by_its_record_and_without_one(bool hasRecord)
    {
        Serve();
        Lock("environ", "cmdline");
        if (!hasRecord)
            File.Delete(Path.Combine(_scene.Settings.StateFolder, "engines/deepseek/run.json"));
        (await PlayAsync(() => _scene.Engine.Handle.AdoptAsync(keeps: false, CancellationToken.None))).ShouldBeTrue();
        (_scene.Engine.Handle.Run!.ProcessId, _scene.Engine.Handle.Life()).ShouldBe((Main, EngineLife.Running));
    }

    [Fact]
    public void It_is_asked_once_until_its_reader_comes_back()
    {
        Serve();
        Lock("cmdline");
        for (var look = 0; look < 2; look++)
        {
            var all = _scene.Processes.All();
            all.Select(p => p.Id.Pid).ShouldBe([Main, Worker], ignoreOrder: true);
            all.Where(p => p.IsUnread).ShouldHaveSingleItem().Id.Pid.ShouldBe(Worker);
        }

        Unlock();
        SpinWait.SpinUntil(() => !_scene.Processes.Read(Worker)!.IsUnread, TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    [Fact]
    public void The_reads_of_others_go_on_behind_it()
    {
        Serve();
        Lock("environ");
        var after = _scene.Processes.WithMarker(EngineCommandLine.Marker, $"deepseek@{_scene.Settings.StateFolder}", ProcessTable.Self);
        (after.IsWhole, after.Found.ShouldHaveSingleItem().Id.Pid).ShouldBe((false, Main));
        _scene.Processes.Environment(Worker).ShouldBeNull();
        _scene.Processes.Environment(Main)!.ShouldContainKey(EngineCommandLine.Marker);
    }

    [Fact]
    public async Task Evidence_names_it_and_says_what_is_missing()
    {
        Serve();
        Lock("environ", "cmdline");
        var files = (await PlayAsync(() => _scene.CollectAsync(new ProcessTreeSource(_scene.Processes, [_scene.Engine])))).Files;
        files["npu-agent/processes/deepseek.txt"].ShouldContain($"== /proc/{Worker}/cmdline\n(not readable in time)\n");
        files["npu-agent/processes/deepseek.txt"].ShouldContain($"{Worker} D devmm_svm_wait");
        files["npu-agent/processes/ps.txt"].ShouldContain("VLLM::Worker_TP (not readable in time)");
    }

    [Fact]
    public void Nobody_knows_what_it_has_mapped_and_no_segment_is_removed()
    {
        var segment = _scene.Write("shm/psm_1", "x");
        PutWorker();
        _scene.Write($"proc/{Worker}/maps", "");
        Lock("maps");
        var memory = new SharedMemory(new OpenFiles(Path.Combine(_scene.Folder, "proc")), Path.GetDirectoryName(segment)!);
        memory.RemoveLeftovers().ShouldBeEmpty();
        Unlock();
        SpinWait.SpinUntil(() => memory.RemoveLeftovers() is ["psm_1"], TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    public void Dispose()
    {
        Unlock();
        _scene.Dispose();
    }

    private void Serve()
    {
        _scene.Process(Main, "vllm", "vllm serve /m --port 8000");
        PutWorker(Main);
        _scene.Started(Story.Start, "Application startup complete.\n", Main);
    }

    private void PutWorker(int parent = 1)
    {
        _scene.Process(Worker, "VLLM::Worker_TP", "VLLM::Worker_TP0");
        var stat = $"{Worker} (VLLM::Worker_TP) D {parent} {Main} {Main} 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1 0 0";
        _scene.Write($"proc/{Worker}/stat", stat);
        _scene.Write($"proc/{Worker}/task/{Worker}/stat", stat);
        _scene.Write($"proc/{Worker}/task/{Worker}/wchan", "devmm_svm_wait");
    }

    private void Lock(params string[] files) =>
        _locked.AddRange(files.Select(file => LockedFile.InPlaceOf(Path.Combine(_scene.Folder, $"proc/{Worker}/{file}"))));

    private void Unlock()
    {
        _locked.ForEach(file => file.Dispose());
        _locked.Clear();
    }

    /// <summary>Time passes for as long as it waits for something.</summary>
    private async Task<T> PlayAsync<T>(Func<Task<T>> play)
    {
        var task = Task.Run(play, TestContext.Current.CancellationToken);
        while (!task.IsCompleted)
        {
            _scene.Clock.Advance(TimeSpan.FromSeconds(0.5));
            await Task.Yield();
        }

        return await task;
    }
}
