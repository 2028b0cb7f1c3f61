using Agent.Domain.Faults;
using Agent.Domain.Recovery;
using Agent.Engines.Stopping;
using Agent.Probes.Engine;
using Agent.Remedies;
using Agent.Tests.Bundles;
using Agent.Tests.Probes;

namespace Agent.Tests.Engines;

/// <summary>
/// A worker that sleeps in the driver, on a /proc of our own: such a process cannot be had without a sick driver. Its number
/// is beyond those that a kernel gives away, so that no signal reaches anybody.
/// </summary>
public sealed class StuckEngineTests : IDisposable
{
    private const int Worker = 5_000_002;

    private readonly EvidenceScene _scene = new("    stop: { kill_wait: 5s }\n");

    [Fact]
    public async Task What_sleeps_in_the_driver_is_told_apart_from_what_is_slow()
    {
        Put('D', "devmm_svm_wait");
        var stuck = await StopAsync();
        stuck.IsStuck.ShouldBeTrue();
        stuck.Text.ShouldContain($"stuck in the kernel: {Worker} VLLM::Worker_TP (state D in devmm_svm_wait)");
        stuck.Waited.ShouldBeLessThan(TimeSpan.FromSeconds(10));

        Put('S', "0");
        var slow = await StopAsync();
        slow.IsStopped.ShouldBeFalse();
        slow.IsStuck.ShouldBeFalse();
        slow.Waited.ShouldBeGreaterThan(TimeSpan.FromSeconds(10), "what is only slow gets the time twice");
        slow.Text.ShouldContain("(state S)");
    }

    [Fact]
    public async Task It_is_a_fault_of_its_own_for_as_long_as_it_is_there()
    {
        Put('D', "devmm_svm_wait");
        await StopAsync();
        var probe = new EngineProcessProbe(_scene.Engine, StartScene.Numbering(new SmallBoard().NpuSmi), _scene.Clock);
        var folded = new FoldedEngine(_scene.Engine, _scene.Clock);
        await folded.LookAsync(probe);
        var seen = folded.Verdict();
        seen.Fault.ShouldBe(FaultCodes.EngineUnkillable);
        seen.Serving.ShouldBe(false);

        Directory.Delete(Path.Combine(_scene.Folder, "proc", $"{Worker}"), recursive: true);
        await folded.LookAsync(probe);
        folded.Verdict().Fault.ShouldBeNull();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_stop_fails_for_it_except_before_the_reset_that_ends_it(bool resetFollows, bool succeeds)
    {
        Put('D', "devmm_svm_wait");
        var remedy = new EngineStopRemedy([_scene.Engine], _scene.Clock);
        var outcome = await PlayAsync(remedy.RunAsync(
            new StepContext(new Step(StepKind.StopEngine, _scene.Engine.Settings.Subject) { LeavesStuck = resetFollows }, "i", _ => { }),
            CancellationToken.None));
        outcome.Succeeded.ShouldBe(succeeds);
        outcome.Detail.ShouldContain("devmm_svm_wait");
    }

    public void Dispose() => _scene.Dispose();

    private Task<StopOutcome> StopAsync() => PlayAsync(EngineStop.RunAsync(_scene.Engine, _ => { }, _scene.Clock, CancellationToken.None));

    private async Task<T> PlayAsync<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            _scene.Clock.Advance(TimeSpan.FromSeconds(0.5));
            await Task.Yield();
        }

        return await task;
    }

    /// <summary>The main process 4711 of the run is gone; this one of its session is left.</summary>
    private void Put(char state, string function)
    {
        _scene.Started(Story.Start);
        _scene.Process(Worker, "VLLM::Worker_TP", "VLLM::Worker_TP0");
        var stat = $"{Worker} (VLLM::Worker_TP) {state} 1 {Worker} 4711 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1 0 0";
        _scene.Write($"proc/{Worker}/stat", stat);
        _scene.Write($"proc/{Worker}/task/{Worker}/stat", stat);
        _scene.Write($"proc/{Worker}/task/{Worker}/wchan", function);
    }
}
