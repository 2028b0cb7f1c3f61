using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Engines.Kinds;
using Agent.Tests.Bundles;

namespace Agent.Tests.Engines.Kinds;

/// <summary>Answers are those of systemctl 252 for a unit of Type=exec.</summary>
public sealed partial class UnitKindTests : IDisposable
{
    private const string Unit = "npu-engine@deepseek.service";
    private const string Invocation = "6e1cbc2e8e6b4c0e9b7a31b1a1c0ffee";
    private const string Show = $"systemctl show {Unit} --no-pager "
        + $"--property=LoadState,ActiveState,SubState,Result,MainPID,ExecMainCode,ExecMainStatus,InvocationID,Restart,OOMPolicy,FreezerState";

    private readonly TemporaryFolder _folder = new();
    private readonly ProcFolder _proc;
    private readonly AnsweringProcesses _systemctl;
    private readonly Dictionary<string, (int Code, string Text)> _refusals = [];
    private string _state = State("active", "running", 4711);
    private string _said = "";
    private Action _looked = () => { };

    public UnitKindTests()
    {
        _proc = new ProcFolder(_folder).With(1).With(4711);
        Directory.CreateDirectory(_folder.File("launches"));
        Directory.CreateDirectory(_folder.File("logs"));
        _systemctl = new AnsweringProcesses(command =>
            command.Contains(" show ", StringComparison.Ordinal) ? (ProcessEnd.Exited, 0, Shown())
            : _refusals.FirstOrDefault(r => command.Contains(r.Key, StringComparison.Ordinal)) is { Key: not null } refusal
                ? (ProcessEnd.Exited, refusal.Value.Code, refusal.Value.Text)
            : (ProcessEnd.Exited, 0, command.StartsWith("journalctl ", StringComparison.Ordinal) ? _said : ""));
    }

    [Fact]
    public async Task The_template_gets_what_it_runs_by_a_file_and_nothing_by_command_line()
    {
        var (main, problem) = await Template().LaunchAsync(Launch(), CancellationToken.None);
        problem.ShouldBeNull();
        main.ShouldBe(new ProcessId(4711, 7));
        _systemctl.Calls.ShouldBe([$"systemctl --no-ask-password start {Unit}", Show]);

        var written = LaunchFile.Read(Own.LaunchFile);
        written.Command.ToString().ShouldBe("vllm serve /m");
        written.Environment["VLLM_API_KEY"].ShouldBe("secret");
        File.GetUnixFileMode(Own.LaunchFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        File.GetUnixFileMode(Launch().LogFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
    }

    [Fact]
    public async Task A_unit_of_the_host_is_started_as_it_is_and_its_log_is_that_of_the_invocation()
    {
        var kind = OfTheHost();
        (await kind.LaunchAsync(Launch(), CancellationToken.None)).Main.ShouldBe(new ProcessId(4711, 7));
        File.Exists(Own.LaunchFile).ShouldBeFalse();
        kind.Log.ShouldBe(LogOrigin.Copied);
        (await kind.PrintLogAsync(CancellationToken.None))!.ToString()
            .ShouldBe($"journalctl --quiet --no-pager --output=cat --lines=all --follow _SYSTEMD_INVOCATION_ID={Invocation}");
    }

    [Theory]
    [InlineData(1, "Job for npu-engine@deepseek.service failed because the control process exited with error code.",
        "npu-engine@deepseek.service was not started: systemctl: exit code 1: Job for")]
    [InlineData(4, "Failed to start npu-engine@deepseek.service: Access denied", "exit code 4: Failed to start npu-engine@deepseek.service: Access denied")]
    [InlineData(5, "Failed to start npu-engine@deepseek.service: Unit npu-engine@deepseek.service not found.", "exit code 5: Failed to start")]
    public async Task A_start_that_systemd_refuses_says_why(int code, string text, string problem)
    {
        _refusals["start"] = (code, text);
        _state = State("inactive", "dead", 0);
        (await Template().LaunchAsync(Launch(), CancellationToken.None)).Refusal!.Text.ShouldContain(problem);
    }

    [Theory]
    [InlineData("'deepseek' is no engine of kind systemd in /etc/npu-agent/agent.yaml, so it is not started; there is none")]
    [InlineData("/run/npu-engine/deepseek.json: vllm was not found in PATH. The agent writes it when it starts the engine: npu-agent engine start NAME")]
    public async Task What_the_unit_itself_said_is_told_before_what_systemctl_makes_of_it(string said)
    {
        _refusals["start"] = (1, "Job for npu-engine@deepseek.service failed because the control process exited with error code.");
        _said = said + "\n";
        _state = State("failed", "failed", 0, result: "exit-code");
        (await Template().LaunchAsync(Launch(), CancellationToken.None)).Refusal!.Text.ShouldBe($"{Unit} was not started: {said}");
        _systemctl.Calls[^1].ShouldBe($"journalctl --quiet --no-pager --output=cat --lines=1 --priority=info _SYSTEMD_INVOCATION_ID={Invocation}");
    }

    [Theory]
    [InlineData("launches")]
    [InlineData("logs")]
    public async Task Without_the_folders_of_the_package_nothing_is_started_and_it_is_said_how_they_are_made(string folder)
    {
        Directory.Delete(_folder.File(folder));
        await Should.ThrowAsync<IOException>(() => Template().LaunchAsync(Launch(), CancellationToken.None));
        _systemctl.Calls.ShouldBeEmpty();
        (await Template().CautionsAsync(CancellationToken.None)).ShouldHaveSingleItem()
            .ShouldBe($"{_folder.File(folder)} is not there; as root: systemd-tmpfiles --create npu-agent.conf, then systemctl restart npu-agent");
    }

    [Fact]
    public async Task An_engine_that_proc_would_not_show_is_not_started()
    {
        _proc.Gone(1);
        (await Template().LaunchAsync(Launch(), CancellationToken.None)).Refusal!.Text.ShouldContain("mounted with hidepid");
        _systemctl.Calls.ShouldBeEmpty();
        (await Template().CautionsAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("mounted with hidepid");
    }

    [Fact]
    public async Task What_an_engine_of_another_user_was_given_is_read_where_it_was_written_down()
    {
        await Template().LaunchAsync(Launch(), CancellationToken.None);
        var given = Template().Given!;
        (given["HOME"], given["VLLM_API_KEY"]).ShouldBe(("/var/lib/npu-engine", "secret"));
        OfTheHost().Given.ShouldBeNull();
    }

    [Fact]
    public async Task A_unit_that_ended_at_once_was_not_started()
    {
        _state = State("failed", "failed", 0, result: "exit-code", exit: (1, 203));
        (await Template().LaunchAsync(Launch(), CancellationToken.None)).Refusal!.Text.ShouldBe(
            $"{Unit} was not started: it is failed, its result is exit-code");
    }

    [Fact]
    public async Task A_main_process_that_only_systemd_still_knows_is_none()
    {
        _proc.Gone(4711);
        _looked = Noticed;
        (await Template().FindAsync(CancellationToken.None)).ShouldBeNull();
        _proc.With(4711, state: 'Z');
        _state = State("active", "running", 4711);
        (await Template().FindAsync(CancellationToken.None)).ShouldBeNull();
        _systemctl.Calls.ShouldBe([Show, Show, Show, Show]);

        void Noticed() => _state = State("failed", "failed", 0);
    }

    [Theory]
    [InlineData("activating", "start-pre")]
    [InlineData("deactivating", "stop-post")]
    public async Task A_unit_between_two_runs_is_waited_for(string active, string sub)
    {
        var after = _state;
        _state = State(active, sub, 0);
        _looked = () => _state = after;
        (await Template().FindAsync(CancellationToken.None)).ShouldBe(new ProcessId(4711, 7));
        _systemctl.Calls.ShouldBe([Show, Show]);
    }

    [Fact]
    public async Task A_main_process_that_is_about_to_become_the_engine_is_waited_for()
    {
        _proc.With(4711, command: "/usr/bin/npu-agent\0engine\0exec\0deepseek\0");
        _looked = () => _ = _systemctl.Calls.Count == 2 ? _proc.With(4711, command: "/usr/bin/vllm\0serve\0/m\0") : _proc;
        (await Template().FindAsync(CancellationToken.None)).ShouldBe(new ProcessId(4711, 7));
        _systemctl.Calls.ShouldBe([Show, Show]);
    }

    [Theory]
    [InlineData("/usr/bin/npu-agent engine clear deepseek", true)]
    [InlineData("/usr/bin/npu-agent as-root admit deepseek", true)]
    [InlineData("(pu-agent)", true)]
    [InlineData("/usr/bin/npu-agent engine exec deepseek", false)]
    [InlineData("/usr/bin/npu-agent engine clear other", false)]
    [InlineData("/usr/bin/python3 /usr/bin/vllm serve /m", false)]
    public void What_the_unit_runs_beside_the_engine_is_none_of_its_processes(string command, bool errand)
    {
        var process = new ProcessEntry(new ProcessId(4712, 8), 1, 4712, 'S', "npu-agent", command);
        Template().IsErrand(process).ShouldBe(errand);
        OfTheHost().IsErrand(process).ShouldBeFalse();
    }

    [Theory]
    [InlineData("inactive", "masked", "success", 0, "Failed to start x.service: Unit x.service is masked.", nameof(RefusalClass.Person))]
    [InlineData("inactive", "not-found", "success", 0, "Failed to start x.service: Unit x.service not found.", nameof(RefusalClass.Configuration))]
    [InlineData("inactive", "bad-setting", "success", 0, "Failed to start x.service: Unit x.service has a bad unit file setting.",
        nameof(RefusalClass.Configuration))]
    [InlineData("failed", "loaded", "exit-code", 203, "Job for x.service failed because the control process exited with error code.",
        nameof(RefusalClass.Configuration))]
    [InlineData("failed", "loaded", "start-limit-hit", 1, "Job for x.service failed.", nameof(RefusalClass.Passes))]
    [InlineData("failed", "loaded", "resources", 0, "Job for x.service failed.", nameof(RefusalClass.Passes))]
    [InlineData("failed", "loaded", "oom-kill", 9, "Job for x.service failed.", nameof(RefusalClass.Passes))]
    [InlineData("inactive", "loaded", "success", 0, "words that nobody knows", nameof(RefusalClass.Passes))]
    public async Task A_refused_start_has_the_class_of_the_words_or_of_what_became_of_the_unit(string active, string load, string result, int status,
        string words, string of)
    {
        _refusals["start"] = (1, words);
        _state = State(active, "dead", 0, result, (1, status)).Replace("LoadState=loaded", "LoadState=" + load, StringComparison.Ordinal);
        var refusal = (await OfTheHost().LaunchAsync(Launch(), CancellationToken.None)).Refusal!;
        (refusal.Class.ToString(), refusal.IsOfEngine).ShouldBe((of, false), refusal.Text);
        refusal.Text.ShouldContain(words);
    }

    [Fact]
    public async Task Signals_go_to_the_main_process_alone_and_at_the_end_to_all()
    {
        (await Template().AskToStopAsync(CancellationToken.None)).ShouldBeNull();
        await Template().KillAllAsync(CancellationToken.None);
        _systemctl.Calls.ShouldBe([$"systemctl --no-ask-password kill --kill-who=main --signal=SIGTERM {Unit}", Show,
            $"systemctl --no-ask-password kill --kill-who=all --signal=SIGKILL {Unit}"]);
    }

    [Theory]
    [InlineData("deactivating", "stop-sigkill")]
    [InlineData("deactivating", "stop-post")]
    [InlineData("activating", "start-pre")]
    public async Task What_systemd_is_about_to_end_or_does_after_it_is_not_killed(string active, string sub)
    {
        _state = State(active, sub, 0);
        await Template().KillAllAsync(CancellationToken.None);
        _systemctl.Calls.ShouldBe([Show]);
        await OfTheHost().KillAllAsync(CancellationToken.None);
        _systemctl.Calls[^1].ShouldBe($"systemctl --no-ask-password kill --kill-who=all --signal=SIGKILL {Unit}");
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
        (await Template().CloseAsync(CancellationToken.None))!.Text.ShouldStartWith(
            $"{Unit} was not stopped: systemctl: exit code 4: Failed to stop npu-engine@deepseek.service: Access denied; the polkit rule");
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
        (await OfTheHost().CautionsAsync(CancellationToken.None)).ShouldHaveSingleItem()
            .ShouldContain("arguments and environment of the engine are those of the unit");
        _state = State("inactive", "dead", 0).Replace("LoadState=loaded", "LoadState=not-found", StringComparison.Ordinal);
        (await Template().CautionsAsync(CancellationToken.None)).ShouldHaveSingleItem()
            .ShouldContain("systemd does not know the unit npu-engine@deepseek.service (not-found)");
    }

    public void Dispose() => _folder.Dispose();

    private string Shown()
    {
        var state = _state;
        _looked();
        return state;
    }

    private OwnUnit Own => new("deepseek", _folder.File("launches"), _folder.File("logs"));

    private UnitKind Template() => Kind(Own);

    private UnitKind OfTheHost() => Kind(null);

    private UnitKind Kind(OwnUnit? own) => new(new SystemdUnits(_systemctl, "systemctl", TimeSpan.FromSeconds(1)), _proc.Table, Unit, own);

    private EngineLaunch Launch() => new(CommandLine.Of(["vllm", "serve", "/m"]), new Dictionary<string, string> { ["VLLM_API_KEY"] = "secret" },
        _folder.File("logs/deepseek/20261128-100000-000.log"));

    private static string State(string active, string sub, int pid, string result = "success", (int Kind, int Number) exit = default, string restart = "no") =>
        $"Restart={restart}\nMainPID={pid}\nResult={result}\nExecMainCode={exit.Kind}\nExecMainStatus={exit.Number}\nLoadState=loaded\nActiveState={active}\nSubState={sub}\nInvocationID={Invocation}\n";
}
