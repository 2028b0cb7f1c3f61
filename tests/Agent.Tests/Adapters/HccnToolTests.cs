using Agent.Adapters.Hccn;
using Agent.Adapters.Processes;
using CsCheck;

namespace Agent.Tests.Adapters;

public sealed class HccnToolTests
{
    [Theory]
    [InlineData(nameof(ProcessEnd.NotFound), "", nameof(HccnTrouble.Absent), "was not found")]
    [InlineData(nameof(ProcessEnd.TimedOut), "", nameof(HccnTrouble.Hangs), "killed after")]
    [InlineData(nameof(ProcessEnd.Exited), "The command is not supported on this product.", nameof(HccnTrouble.Unsupported), "no such port")]
    [InlineData(nameof(ProcessEnd.Exited), "Optical module is not present.", nameof(HccnTrouble.NoModule), "no optical module")]
    [InlineData(nameof(ProcessEnd.Exited), "hccn_tool is busy, please try again.", nameof(HccnTrouble.Failed), "another hccn_tool")]
    [InlineData(nameof(ProcessEnd.Exited), "The device is not exist!", nameof(HccnTrouble.Failed), "knows no such device")]
    [InlineData(nameof(ProcessEnd.Exited), "Control link unreachable.", nameof(HccnTrouble.Failed), "control link")]
    [InlineData(nameof(ProcessEnd.Exited), "permission denied: pls check this cmd run permission.", nameof(HccnTrouble.Refused), "permission denied")]
    [InlineData(nameof(ProcessEnd.Exited), "", nameof(HccnTrouble.Failed), "exit code 0")]
    public async Task What_is_no_answer_is_a_problem_with_a_cause_and_a_next_step(string end, string said, string trouble, string cause)
    {
        var answer = await new HccnTool(new ScriptedProcesses(Enum.Parse<ProcessEnd>(end), said), "hccn_tool", TimeSpan.FromSeconds(1))
            .GetAsync(0, null, "link", CancellationToken.None);
        answer.Text.ShouldBeNull();
        answer.Problem!.Trouble.ToString().ShouldBe(trouble);
        answer.Problem.Cause.ShouldContain(cause);
        answer.Problem.NextStep.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_chip_with_named_ports_is_asked_in_the_newer_grammar()
    {
        var processes = new ToolsByArguments(_ => "link status: UP");
        var hccn = new HccnTool(processes, "hccn_tool", TimeSpan.FromSeconds(1));
        await hccn.GetAsync(3, null, "link_stat", CancellationToken.None);
        await hccn.GetAsync(3, HccnPort.Parse("0/4"), "link_stat", CancellationToken.None);
        processes.Calls.ShouldBe(["-i 3 -link_stat -g", "-g -link_stat -i 3 -u 0 -p 4"]);
    }

    [Fact]
    public void No_text_makes_the_reader_throw()
    {
        string[] lines =
            ["link status: UP", "|  0  |  0   |  4   |", "| NPU | UDie | Port |", "+--+--+", "[devid 0]    Tue Aug  1 14:43:40 2022    LINK UP",
                "Tue Aug 99 14:43:40 2022    LINK DOWN", ":", "a:", "====", "=== x ===", "|", "||", "Tx Power0 : mW", "Rx Los Flag : 0xzz",
                "link up count : 99999999999999999999"];
        Gen.Select(Gen.Int[0, lines.Length], Gen.String).Array[0, 12].Sample(
            picks =>
            {
                var read = HccnText.Parse(string.Join('\n', picks.Select(p => p.Item1 < lines.Length ? lines[p.Item1] : p.Item2)));
                _ = LinkHistory.Of(read);
                _ = OpticalModule.Of(read);
                _ = (PortAnswers.LinkUp(read), PortAnswers.BitsPerSecond(read), PortAnswers.Counters(read));
            },
            iter: 5000);
    }
}

/// <summary>Tools that answer by their arguments, which are kept.</summary>
internal sealed class ToolsByArguments(Func<string, string> answer) : IProcessRunner
{
    private readonly List<string> _calls = [];

    public IReadOnlyList<string> Calls => _calls;

    public Task<ProcessResult> RunAsync(CommandLine command, ProcessLimits limits, string? input = null, string? workingFolder = null,
        CancellationToken cancellation = default)
    {
        var arguments = string.Join(' ', command.Arguments);
        _calls.Add(arguments);
        return Task.FromResult(new ProcessResult(command, ProcessEnd.Exited, 0, answer(arguments), "", false, TimeSpan.FromMilliseconds(5)));
    }
}
