using Agent.Adapters.Processes;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Adapters;

/// <summary>A /proc of our own: what sleeps uninterruptibly cannot be had without a sick driver (tests/acceptance/stuck-child.sh has one).</summary>
public sealed class KilledChildrenTests : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly TemporaryFolder _proc = new();
    private readonly FakeTimeProvider _clock = new(Story.Start);
    private readonly KilledChildren _killed;

    public KilledChildrenTests() => _killed = new KilledChildren(new ProcessTable(_proc.File("")), _clock);

    [Fact]
    public async Task A_child_that_survives_its_kill_is_counted_until_it_is_gone()
    {
        Put(41, 'D');
        _killed.Note("npu-smi", 41);
        var first = _killed.AreGoneAsync("npu-smi", Grace, CancellationToken.None);
        first.IsCompleted.ShouldBeFalse("it has the grace time to be gone");
        _clock.Advance(TimeSpan.FromSeconds(3));
        (await first).ShouldBeFalse();

        _killed.AreGoneAsync("npu-smi", Grace, CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue("one that is long stuck is not waited for");
        _killed.Stuck.ShouldBe(1);
        (await _killed.AreGoneAsync("hccn_tool", Grace, CancellationToken.None)).ShouldBeTrue("another program has nothing to do with it");

        Directory.Delete(_proc.File("41"), recursive: true);
        (await _killed.AreGoneAsync("npu-smi", Grace, CancellationToken.None)).ShouldBeTrue();
        _killed.Stuck.ShouldBe(0);
    }

    [Fact]
    public async Task What_a_wrapper_of_the_program_leaves_behind_is_stuck_as_well()
    {
        Put(41, 'S');
        Put(42, 'D', parent: 41);
        _killed.Note("npu-smi", 41);
        Put(41, 'Z');
        Put(42, 'D', parent: 1);
        _clock.Advance(TimeSpan.FromSeconds(3));
        (await _killed.AreGoneAsync("npu-smi", Grace, CancellationToken.None)).ShouldBeFalse();
        _killed.Stuck.ShouldBe(1);
    }

    [Fact]
    public async Task A_process_id_that_was_used_again_is_another_process()
    {
        Put(41, 'R');
        _killed.Note("npu-smi", 41);
        Put(41, 'R', started: 800);
        (await _killed.AreGoneAsync("npu-smi", Grace, CancellationToken.None)).ShouldBeTrue();
    }

    [Fact]
    public void A_process_whose_first_thread_is_gone_and_another_sleeps_in_the_driver_is_stuck()
    {
        Put(41, 'S');
        _killed.Note("npu-smi", 41);
        Put(41, 'Z');
        _killed.Stuck.ShouldBe(0);
        Directory.CreateDirectory(_proc.File("41/task/43"));
        _killed.Stuck.ShouldBe(1);
    }

    public void Dispose() => _proc.Dispose();

    private void Put(int pid, char state, int parent = 1, int started = 777)
    {
        Directory.CreateDirectory(_proc.File($"{pid}/task/{pid}"));
        File.WriteAllText(_proc.File($"{pid}/stat"), $"{pid} (npu-smi) {state} {parent} {pid} {pid} 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 {started} 0 0");
    }
}
