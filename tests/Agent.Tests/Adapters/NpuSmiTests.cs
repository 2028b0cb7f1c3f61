using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;

namespace Agent.Tests.Adapters;

public sealed class NpuSmiTests
{
    [Theory]
    [InlineData(nameof(ProcessEnd.NotFound), "", false, "was not found")]
    [InlineData(nameof(ProcessEnd.TimedOut), "", true, "killed after")]
    [InlineData(nameof(ProcessEnd.Abandoned), "", true, "cannot be killed")]
    [InlineData(nameof(ProcessEnd.Exited), "dcmi module initialize failed. ret is -8005", false, "no usable driver")]
    [InlineData(nameof(ProcessEnd.Exited), "dcmi model initialized failed, because the device is used. ret is -8020", false, "another container")]
    [InlineData(nameof(ProcessEnd.Exited), "npu-smi: error while loading shared libraries: libdrvdsmi_host.so", false, "driver library is missing")]
    [InlineData(nameof(ProcessEnd.Exited), "\u0001\u0002\u0003", false, "not whole")]
    [InlineData(nameof(ProcessEnd.Exited), "", false, "not whole")]
    public async Task What_is_no_table_is_a_problem_with_a_cause_and_a_next_step(string end, string said, bool hangs, string cause)
    {
        var answer = await new NpuSmi(new ScriptedProcesses(Enum.Parse<ProcessEnd>(end), said), "npu-smi", TimeSpan.FromSeconds(1)).TableAsync(CancellationToken.None);
        answer.Value.ShouldBeNull();
        answer.Problem!.Hangs.ShouldBe(hangs);
        answer.Problem.Cause.ShouldContain(cause);
        answer.Problem.NextStep.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Who_waits_behind_a_call_that_hangs_is_told_of_the_hang_and_asks_nothing_more()
    {
        var processes = new HangingProcesses();
        var npuSmi = new NpuSmi(processes, "npu-smi", TimeSpan.FromSeconds(1));
        var first = npuSmi.TableAsync(CancellationToken.None);
        var second = npuSmi.MappingAsync(CancellationToken.None);
        processes.Kill();
        (await first).Problem!.Hangs.ShouldBeTrue();
        (await second).Problem!.Hangs.ShouldBeTrue();
        processes.Calls.ShouldBe(1);

        await npuSmi.TableAsync(CancellationToken.None);
        processes.Calls.ShouldBe(2, "who comes later looks for itself");
    }

    [Fact]
    public async Task Who_wait_with_the_same_question_share_an_answer_that_was_asked_for_after_they_came()
    {
        var processes = new HangingProcesses { End = ProcessEnd.Exited };
        var npuSmi = new NpuSmi(processes, "npu-smi", TimeSpan.FromSeconds(1));
        var first = npuSmi.TableAsync(CancellationToken.None);
        Task[] waiting = [npuSmi.TableAsync(CancellationToken.None), npuSmi.TableAsync(CancellationToken.None), npuSmi.MappingAsync(CancellationToken.None)];
        processes.Kill();
        await first;
        await Task.WhenAll(waiting);
        processes.Calls.ShouldBe(3, "the first table was asked for before the others came; they share one, and the mapping is another question");
    }
}

/// <summary>Hangs until its child is killed, or ends.</summary>
internal sealed class HangingProcesses : IProcessRunner
{
    private readonly TaskCompletionSource _killed = new();

    public int Calls { get; private set; }

    public ProcessEnd End { get; init; } = ProcessEnd.TimedOut;

    public void Kill() => _killed.SetResult();

    public async Task<ProcessResult> RunAsync(CommandLine command, ProcessLimits limits, string? input = null, string? workingFolder = null, CancellationToken cancellation = default)
    {
        Calls++;
        await _killed.Task;
        return new ProcessResult(command, End, -1, "", "", false, TimeSpan.FromSeconds(1));
    }
}

/// <summary>Answers every call with the same words.</summary>
internal sealed class ScriptedProcesses(ProcessEnd end, string output) : IProcessRunner
{
    public Task<ProcessResult> RunAsync(CommandLine command, ProcessLimits limits, string? input = null, string? workingFolder = null, CancellationToken cancellation = default) =>
        Task.FromResult(new ProcessResult(command, end, 0, output, "", false, TimeSpan.FromSeconds(1)));
}
