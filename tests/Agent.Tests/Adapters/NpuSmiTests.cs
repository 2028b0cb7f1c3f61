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
    [InlineData(nameof(ProcessEnd.Exited), "", false, "npu-smi info printed nothing")]
    [InlineData(nameof(ProcessEnd.CouldNotStart), "Permission denied", false, "could not be started")]
    [InlineData(nameof(ProcessEnd.Exited), "DrvMngGetConsoleLogLevel failed. (ret=4)\r\n\u001b[31mdcmi module initialize failed. ret is -8005\u001b[0m\r\n",
        false, "dcmi -8005: no usable driver")]
    [InlineData(nameof(ProcessEnd.Exited), "dcmi module initialize failed. ret is -8255", false, "dcmi -8255")]
    [InlineData(nameof(ProcessEnd.Exited), "dcmi module initialize failed. ret is -8003", false, "cannot be opened")]
    [InlineData(nameof(ProcessEnd.Exited), "dcmi module initialize failed. ret is -8012", false, "dcmi -8012: the chip is not ready")]
    [InlineData(nameof(ProcessEnd.Exited), "npu_get_card_device_id failed. err is -9005", false, "npu-smi failed")]
    [InlineData(nameof(ProcessEnd.Exited), "Failed to execute npu-smi info. ret is -9020.", false, "npu-smi -9020: the device is in use")]
    [InlineData(nameof(ProcessEnd.Exited), "npu-smi: symbol lookup error: libdcmi.so: undefined symbol: dsmi_x", false, "different versions")]
    [InlineData(nameof(ProcessEnd.Exited), "sh: npu-smi: command not found", false, "was not found")]
    [InlineData(nameof(ProcessEnd.Exited), "bash: /usr/local/sbin/npu-smi: Permission denied", false, "permission denied")]
    [InlineData(nameof(ProcessEnd.Exited), "This command cannot be executed on a common container.", false, "container")]
    [InlineData(nameof(ProcessEnd.Exited), "There is no NPU card on this server.", false, "sees no card")]
    [InlineData(nameof(ProcessEnd.Exited), "NPU is working in SMP mode, does not support it", false, "SMP mode")]
    [InlineData(nameof(ProcessEnd.Exited), "Must input parameter of chip id.", false, "does not know the parameter")]
    [InlineData(nameof(ProcessEnd.Exited), "Segmentation fault (core dumped)", false, "crashed")]
    public async Task What_is_no_table_is_a_problem_with_a_cause_and_a_next_step(string end, string said, bool hangs, string cause)
    {
        var answer = await new NpuSmi(new ScriptedProcesses(Enum.Parse<ProcessEnd>(end), said), "npu-smi", TimeSpan.FromSeconds(1))
            .TableAsync(CancellationToken.None);
        answer.Value.ShouldBeNull();
        answer.Problem!.Hangs.ShouldBe(hangs);
        answer.Problem.Cause.ShouldContain(cause);
        answer.Problem.NextStep.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData(187, "dcmi -8005")]
    [InlineData(172, "dcmi -8020")]
    [InlineData(139, "signal 11")]
    [InlineData(1, "exit code 1")]
    public async Task An_exit_code_without_words_is_a_problem_with_a_cause_and_a_next_step(int exitCode, string cause)
    {
        var answer = await new NpuSmi(new ScriptedProcesses(ProcessEnd.Exited, "", exitCode), "npu-smi", TimeSpan.FromSeconds(1))
            .TableAsync(CancellationToken.None);
        answer.Problem!.Cause.ShouldContain(cause);
        answer.Problem.NextStep.ShouldNotBeNullOrEmpty();
    }

    // Part of a serial number is no error code.
    [Fact]
    public void A_number_that_looks_like_a_code_is_none() => NpuSmiMessages.ProblemIn("\tSerial Number                  : 21060-8005-8020").ShouldBeNull();

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

    public async Task<ProcessResult> RunAsync(CommandLine command, ProcessLimits limits, string? input = null, string? workingFolder = null,
        CancellationToken cancellation = default)
    {
        Calls++;
        await _killed.Task;
        return new ProcessResult(command, End, -1, "", "", false, TimeSpan.FromSeconds(1));
    }
}

/// <summary>Answers every call with the same words.</summary>
internal sealed class ScriptedProcesses(ProcessEnd end, string output, int exitCode = 0) : IProcessRunner
{
    public Task<ProcessResult> RunAsync(CommandLine command, ProcessLimits limits, string? input = null, string? workingFolder = null,
        CancellationToken cancellation = default) =>
        Task.FromResult(new ProcessResult(command, end, exitCode, output, "", false, TimeSpan.FromSeconds(1)));
}
