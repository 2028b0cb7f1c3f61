using Agent.Adapters.Processes;

namespace Agent.Tests.Adapters;

public sealed class ProcessTests
{
    private readonly ProcessRunner _runner = new(TimeProvider.System);
    private readonly ProcessTable _table = new();

    [Fact]
    public async Task A_child_is_killed_at_its_deadline_with_its_own_children()
    {
        var marker = Path.GetTempFileName();
        try
        {
            var result = await _runner.RunAsync(Shell($"sleep 300 & echo $! > {marker}; wait"), new ProcessLimits(TimeSpan.FromMilliseconds(500)),
                cancellation: CancellationToken.None);
            result.End.ShouldBe(ProcessEnd.TimedOut);
            var grandchild = int.Parse((await File.ReadAllTextAsync(marker, CancellationToken.None)).Trim());
            (_table.Read(grandchild) is null or { State: 'Z' }).ShouldBeTrue("the grandchild is gone too");
        }
        finally
        {
            File.Delete(marker);
        }
    }

    [Fact]
    public async Task Output_beyond_the_cap_is_read_away_and_told()
    {
        var result = await _runner.RunAsync(Shell("head -c 300000 /dev/zero | tr '\\0' x; echo done >&2"),
            new ProcessLimits(TimeSpan.FromSeconds(20), 1000), cancellation: CancellationToken.None);
        result.Succeeded.ShouldBeTrue();
        result.Output.Length.ShouldBe(1000);
        result.Truncated.ShouldBeTrue();
        result.Error.ShouldBe("done\n");
    }

    [Fact]
    public async Task Bytes_that_are_no_text_do_no_harm() =>
        (await _runner.RunAsync(Shell("printf '\\377\\376ok'"), new ProcessLimits(TimeSpan.FromSeconds(20)),
            cancellation: CancellationToken.None)).Output.ShouldEndWith("ok");

    [Fact]
    public async Task A_program_that_is_not_there_is_told_apart() =>
        (await _runner.RunAsync(new CommandLine("no-such-program-here", []), new ProcessLimits(TimeSpan.FromSeconds(5)),
            cancellation: CancellationToken.None)).End.ShouldBe(ProcessEnd.NotFound);

    [Fact]
    public async Task Input_is_given_and_arguments_are_never_interpreted()
    {
        var result = await _runner.RunAsync(new CommandLine("sh", ["-c", "read answer; echo \"$answer $1\"", "sh", "$(echo broken); `id`"]),
            new ProcessLimits(TimeSpan.FromSeconds(5)), "Y\n", cancellation: CancellationToken.None);
        result.Output.ShouldBe("Y $(echo broken); `id`\n");
    }

    [Fact]
    public void A_detached_process_leads_a_session_of_its_own_and_writes_to_its_log()
    {
        var log = Path.GetTempFileName();
        try
        {
            var environment = DetachedStart.InheritedEnvironment(new Dictionary<string, string> { ["MARK"] = "here we are" });
            var id = DetachedProcess.Start(new DetachedStart(new CommandLine("sh", ["-c", "echo out; echo err >&2; exec sleep 300"]), environment, log));
            var entry = _table.Read(id.Pid)!;
            entry.SessionId.ShouldBe(id.Pid);
            // A process that becomes another program shows no environment in that moment.
            SpinWait.SpinUntil(() => _table.WithMarker("MARK", "here we are", ProcessTable.Self).Found.Any(p => p.Id == id), TimeSpan.FromSeconds(10))
                .ShouldBeTrue();
            _table.WithMarker("MARK", "here we", ProcessTable.Self).Found.Select(p => p.Id).ShouldNotContain(id);
            SpinWait.SpinUntil(() => File.ReadAllText(log) == "out\nerr\n", TimeSpan.FromSeconds(10)).ShouldBeTrue();

            _table.Signal(id with { StartTicks = id.StartTicks + 1 }, Signals.Kill)
                .ShouldBe(SignalOutcome.Gone, "a pid that was used again is another process");
            DetachedProcess.TryReap(id.Pid).ShouldBeNull("it runs");
            _table.Signal(id, Signals.Kill).ShouldBe(SignalOutcome.Sent);
            int? status = null;
            SpinWait.SpinUntil(() => (status = DetachedProcess.TryReap(id.Pid)) is not null, TimeSpan.FromSeconds(10)).ShouldBeTrue();
            status.ShouldBe(-9);
            _table.IsAlive(id).ShouldBeFalse();
        }
        finally
        {
            File.Delete(log);
        }
    }

    [Fact]
    public void A_name_with_blanks_and_parentheses_is_read()
    {
        var root = Directory.CreateTempSubdirectory().FullName;
        Directory.CreateDirectory(Path.Combine(root, "42"));
        File.WriteAllText(Path.Combine(root, "42", "stat"), "42 (a) (b c) S 1 42 40 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 777 0 0");
        var entry = new ProcessTable(root).Read(42)!;
        entry.Name.ShouldBe("a) (b c");
        entry.Id.StartTicks.ShouldBe(777);
        entry.SessionId.ShouldBe(40);
        Directory.Delete(root, recursive: true);
    }

    private static CommandLine Shell(string script) => new("sh", ["-c", script]);
}
