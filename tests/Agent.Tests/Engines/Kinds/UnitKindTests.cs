using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Engines.Kinds;
using Agent.Tests.Bundles;

namespace Agent.Tests.Engines.Kinds;

/// <summary>Answers are those of systemctl 252 for a unit of Type=exec.</summary>
public sealed class UnitKindTests : IDisposable
{
    private const string Unit = "npu-engine@deepseek.service";
    private const string Invocation = "6e1cbc2e8e6b4c0e9b7a31b1a1c0ffee";
    private const string Show = $"systemctl show {Unit} --no-pager --property=LoadState,ActiveState,SubState,Result,MainPID,ExecMainCode,ExecMainStatus,InvocationID,Restart";

    private readonly TemporaryFolder _folder = new();
    private readonly ProcFolder _proc;
    private readonly AnsweringProcesses _systemctl;
    private readonly Dictionary<string, (int Code, string Text)> _refusals = [];
    private string _state = State("active", "running", 4711);

    public UnitKindTests()
    {
        _proc = new ProcFolder(_folder).With(4711);
        _systemctl = new AnsweringProcesses(command =>
            command.Contains(" show ", StringComparison.Ordinal) ? (ProcessEnd.Exited, 0, _state)
            : _refusals.FirstOrDefault(r => command.Contains(r.Key, StringComparison.Ordinal)) is { Key: not null } refusal ? (ProcessEnd.Exited, refusal.Value.Code, refusal.Value.Text)
            : (ProcessEnd.Exited, 0, ""));
    }

    [Fact]
    public async Task The_template_gets_what_it_runs_by_a_file_and_nothing_by_command_line()
    {
        var (main, problem) = await Template().LaunchAsync(Launch(), CancellationToken.None);
        problem.ShouldBeNull();
        main.ShouldBe(new ProcessId(4711, 7));
        _systemctl.Calls.ShouldBe([$"systemctl --no-ask-password start {Unit}", Show]);

        var written = LaunchFile.Read(LaunchPath);
        written.Command.ToString().ShouldBe("vllm serve /m");
        written.Environment["VLLM_API_KEY"].ShouldBe("secret");
        File.GetUnixFileMode(LaunchPath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        File.GetUnixFileMode(Launch().LogFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
    }

    [Fact]
    public async Task A_unit_of_the_host_is_started_as_it_is_and_its_log_is_that_of_the_invocation()
    {
        var kind = OfTheHost();
        (await kind.LaunchAsync(Launch(), CancellationToken.None)).Main.ShouldBe(new ProcessId(4711, 7));
        File.Exists(LaunchPath).ShouldBeFalse();
        kind.Log.ShouldBe(LogOrigin.Copied);
        (await kind.PrintLogAsync(CancellationToken.None))!.ToString().ShouldBe($"journalctl --quiet --no-pager --output=cat --lines=all --follow _SYSTEMD_INVOCATION_ID={Invocation}");
    }

    [Theory]
    [InlineData(4, "Failed to start npu-engine@deepseek.service: Access denied", "exit code 4: Failed to start npu-engine@deepseek.service: Access denied")]
    [InlineData(5, "Failed to start npu-engine@deepseek.service: Unit npu-engine@deepseek.service not found.", "exit code 5: Failed to start")]
    public async Task A_start_that_systemd_refuses_says_why(int code, string text, string problem)
    {
        _refusals["start"] = (code, text);
        _state = State("inactive", "dead", 0);
        (await Template().LaunchAsync(Launch(), CancellationToken.None)).Problem!.ShouldContain(problem);
    }

    [Fact]
    public async Task A_unit_that_ended_at_once_was_not_started()
    {
        _state = State("failed", "failed", 0, result: "exit-code", exit: (1, 203));
        (await Template().LaunchAsync(Launch(), CancellationToken.None)).Problem.ShouldBe($"{Unit} was not started: it is failed, its result is exit-code");
    }

    [Fact]
    public async Task A_main_process_that_only_systemd_still_knows_is_none()
    {
        _proc.Gone(4711);
        (await Template().FindAsync(CancellationToken.None)).ShouldBeNull();
        _proc.With(4711, state: 'Z');
        (await Template().FindAsync(CancellationToken.None)).ShouldBeNull();
    }

    [Theory]
    [InlineData(1, 0, "success", 0, false, "with exit code 0")]
    [InlineData(1, 3, "exit-code", 3, false, "with exit code 3")]
    [InlineData(2, 9, "signal", -9, false, "by signal 9")]
    [InlineData(2, 15, "success", -15, true, "by signal 15")]
    [InlineData(1, 143, "exit-code", 143, true, "with exit code 143")]
    [InlineData(2, 9, "timeout", -9, true, "by signal 9, stopped by somebody")]
    [InlineData(3, 11, "core-dump", -11, false, "by signal 11")]
    [InlineData(2, 9, "oom-kill", -9, false, "by signal 9, killed for want of memory")]
    public async Task How_it_ended_is_the_word_of_systemd(int kind, int number, string result, int status, bool asked, string text)
    {
        _state = State("failed", "failed", 0, result, (kind, number));
        var exit = await Template().ExitAsync(CancellationToken.None);
        (exit!.Status, exit.WasAsked, exit.ToString()).ShouldBe((status, asked, text));
    }

    [Fact]
    public async Task A_unit_that_runs_has_no_exit() => (await Template().ExitAsync(CancellationToken.None)).ShouldBeNull();

    [Fact]
    public async Task Signals_go_to_the_main_process_alone_and_at_the_end_to_all()
    {
        (await Template().AskToStopAsync(CancellationToken.None)).ShouldBeNull();
        await Template().KillAllAsync(CancellationToken.None);
        _systemctl.Calls.ShouldBe([$"systemctl --no-ask-password kill --kill-who=main --signal=SIGTERM {Unit}", $"systemctl --no-ask-password kill --kill-who=all --signal=SIGKILL {Unit}"]);
    }

    [Fact]
    public async Task A_closed_unit_is_stopped_and_its_failure_forgotten()
    {
        _state = State("failed", "failed", 0, "signal", (2, 9));
        (await Template().CloseAsync(CancellationToken.None)).ShouldBeNull();
        _systemctl.Calls.ShouldBe([$"systemctl --no-ask-password stop {Unit}", Show, $"systemctl --no-ask-password reset-failed {Unit}"]);
    }

    [Fact]
    public async Task A_unit_that_stays_is_not_closed()
    {
        _refusals["stop"] = (4, "Failed to stop npu-engine@deepseek.service: Access denied");
        (await Template().CloseAsync(CancellationToken.None)).ShouldBe($"{Unit} was not stopped: systemctl: exit code 4: Failed to stop npu-engine@deepseek.service: Access denied");
    }

    [Theory]
    [InlineData("no", null)]
    [InlineData("always", "has Restart=always: systemd and the agent would both restart it")]
    [InlineData("on-failure", "has Restart=on-failure")]
    public async Task Two_supervisors_are_told(string restart, string? caution)
    {
        _state = State("inactive", "dead", 0, restart: restart);
        var cautions = await Template().CautionsAsync(CancellationToken.None);
        if (caution is null)
            cautions.ShouldBeEmpty();
        else
            cautions.ShouldHaveSingleItem().ShouldContain(caution);
    }

    [Fact]
    public async Task What_systemd_does_not_know_and_what_the_file_cannot_say_is_told()
    {
        (await OfTheHost().CautionsAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("arguments and environment of the engine are those of the unit");
        _state = State("inactive", "dead", 0).Replace("LoadState=loaded", "LoadState=not-found", StringComparison.Ordinal);
        (await Template().CautionsAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("systemd does not know the unit npu-engine@deepseek.service (not-found)");
    }

    public void Dispose() => _folder.Dispose();

    private string LaunchPath => _folder.File("engines/deepseek.json");

    private UnitKind Template() => Kind(LaunchPath);

    private UnitKind OfTheHost() => Kind(null);

    private UnitKind Kind(string? launchFile) => new(new SystemdUnits(_systemctl, "systemctl", TimeSpan.FromSeconds(1)), _proc.Table, Unit, launchFile);

    private EngineLaunch Launch() => new(CommandLine.Of(["vllm", "serve", "/m"]), new Dictionary<string, string> { ["VLLM_API_KEY"] = "secret" }, _folder.File("run.log"));

    private static string State(string active, string sub, int pid, string result = "success", (int Kind, int Number) exit = default, string restart = "no") =>
        $"Restart={restart}\nMainPID={pid}\nResult={result}\nExecMainCode={exit.Kind}\nExecMainStatus={exit.Number}\nLoadState=loaded\nActiveState={active}\nSubState={sub}\nInvocationID={Invocation}\n";
}
