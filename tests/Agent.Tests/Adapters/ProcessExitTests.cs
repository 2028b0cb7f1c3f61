using Agent.Adapters.Processes;

namespace Agent.Tests.Adapters;

public sealed class ProcessExitTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly ProcessTable _processes = new();
    private readonly ProcessExit _exits;
    private readonly ProcessId _child;

    public ProcessExitTests()
    {
        _exits = new ProcessExit(_processes, TimeProvider.System);
        _child = DetachedProcess.Start(new DetachedStart(new CommandLine("sh", ["-c", "sleep 300; true"]),
            DetachedStart.InheritedEnvironment(new Dictionary<string, string>()), _folder.File("log")));
    }

    [Theory]
    [InlineData("descriptor")]
    [InlineData("parent")]
    [InlineData("looking")]
    public async Task The_end_of_a_process_is_told_and_its_status_is_left_to_whoever_reaps_it(string way)
    {
        var wait = Task.Run(() => WaitAsync(way), CancellationToken.None);
        wait.IsCompleted.ShouldBeFalse("it lives");
        _processes.Signal(_child, Signals.Kill);
        await wait.WaitAsync(Patience, CancellationToken.None);
        DetachedProcess.TryReap(_child.Pid).ShouldBe(-9);
    }

    [Theory]
    [InlineData("descriptor")]
    [InlineData("parent")]
    [InlineData("looking")]
    public async Task Another_process_that_has_the_number_now_is_not_waited_for(string way)
    {
        var former = _child with { StartTicks = _child.StartTicks - 1 };
        await Task.Run(() => WaitAsync(way, former), CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
    }

    [Fact]
    public async Task A_process_of_another_parent_is_followed_too()
    {
        ProcessEntry? grandchild = null;
        SpinWait.SpinUntil(() => (grandchild = _processes.Descendants(_child.Pid).FirstOrDefault()) is not null, Patience).ShouldBeTrue();
        _exits.WaitAsParent(grandchild!.Id).ShouldBeFalse("that is for its parent alone");
        var wait = _exits.WaitAsync(grandchild.Id, CancellationToken.None);
        _processes.Signal(grandchild.Id, Signals.Kill);
        await wait.WaitAsync(Patience, CancellationToken.None);
    }

    public void Dispose()
    {
        foreach (var one in _processes.Descendants(_child.Pid).Select(p => p.Id).Append(_child))
            _processes.Signal(one, Signals.Kill);
        SpinWait.SpinUntil(() => !_processes.IsAlive(_child), Patience);
        DetachedProcess.TryReap(_child.Pid);
        _folder.Dispose();
    }

    private async Task WaitAsync(string way, ProcessId? other = null)
    {
        var id = other ?? _child;
        if (way == "descriptor")
            _exits.WaitByDescriptor(id).ShouldBeTrue();
        else if (way == "parent")
            _exits.WaitAsParent(id).ShouldBeTrue();
        else
            await _exits.WaitByLookingAsync(id, CancellationToken.None);
    }
}
