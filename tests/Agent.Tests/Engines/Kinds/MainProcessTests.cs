using Agent.Adapters.Processes;
using Agent.Configuration.Engines;
using Agent.Domain.Engines;
using Agent.Engines;
using Agent.Engines.Kinds;
using Agent.Engines.Runs;
using Agent.Engines.Starting;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines.Kinds;

/// <summary>Which process is the engine, which is what it left behind, and which is asked to stop.</summary>
public sealed class MainProcessTests : IDisposable
{
    private const string Command = "/usr/bin/python3 /usr/local/bin/vllm serve /m --served-model-name /m --host 127.0.0.1 --port 8000";

    private readonly TemporaryFolder _folder = new();
    private readonly ProcFolder _proc;
    private readonly EngineSettings _engine;

    public MainProcessTests()
    {
        _proc = new ProcFolder(_folder);
        Directory.CreateDirectory(_folder.File("proc/sys/kernel/random"));
        File.WriteAllText(_folder.File("proc/sys/kernel/random/boot_id"), "a-boot");
        _engine = SettingsFile.Parse("t.yaml", $"state_folder: {_folder.File("state")}\nengines: [ {{ name: a, model: /m, chips: [0/0] }} ]",
            _ => false).Settings!.Engines[0];
    }

    private string Marker => $"{EngineCommandLine.Marker}={EngineHandle.MarkerOf(_engine, _folder.File("state"))}\0";

    private string FirstLog => _folder.File("state/engines/a/20261124-090000-000.log");

    [Theory]
    [InlineData(Command)]
    [InlineData("vllm serve /m --port=8000")]
    [InlineData("sh -c vllm serve /m --port 8000; echo done")]
    [InlineData("python -m vllm.entrypoints.openai.api_server --model /m")]
    public async Task One_that_somebody_started_with_the_variables_in_the_session_of_his_shell_is_the_engine_and_no_leftover(string command)
    {
        Marked(200, command, session: 150, output: "/dev/pts/3").Marked(201, "VLLM::EngineCore", parent: 200, session: 150, output: "/dev/pts/3");
        var host = Host();
        (await host.AdoptAsync(keeps: true, CancellationToken.None)).ShouldBeTrue();
        host.Run!.ProcessId.ShouldBe(200);
        (await host.LeftoversAsync(CancellationToken.None))!.ShouldBeEmpty();
        host.Tree().Select(p => p.Id.Pid).ShouldBe([200, 201], ignoreOrder: true);
    }

    [Fact]
    public async Task It_is_found_while_the_agent_watches_and_none_ran_before_or_the_last_one_ended()
    {
        Record(100, FirstLog);
        _proc.With(100, environment: Marker, command: Command);
        var host = Host();
        (await host.AdoptAsync(keeps: true, CancellationToken.None)).ShouldBeTrue();
        _proc.Gone(100);
        Marked(200, Command, session: 150, output: "/dev/pts/3");
        await host.LookAgainAsync(CancellationToken.None);
        (host.Life(), host.Run!.ProcessId).ShouldBe((EngineLife.Running, 200));
        host.Run.LogFile.ShouldNotBe(FirstLog, "what the last run printed is not told of this one");

        var another = Host("b");
        await another.LookAgainAsync(CancellationToken.None);
        another.Life().ShouldBe(EngineLife.Stopped);
    }

    [Fact]
    public async Task After_a_stop_a_start_finds_it_instead_of_killing_it()
    {
        Record(100, FirstLog);
        _proc.With(100, environment: Marker, command: Command);
        var host = Host();
        await host.AdoptAsync(keeps: true, CancellationToken.None);
        host.Stopped(host.Run);
        _proc.Gone(100);
        Marked(200, Command, session: 150, output: "/root/nohup.out");
        host.Life().ShouldBe(EngineLife.Stopped);
        (await host.TakeOverFoundAsync(CancellationToken.None)).ShouldBeTrue();
        (host.Life(), (await host.LeftoversAsync(CancellationToken.None))!.Count).ShouldBe((EngineLife.Running, 0));
    }

    [Theory]
    [InlineData("VLLM::EngineCore", true)]
    [InlineData("VLLM::Worker_TP0", false)]
    [InlineData("/usr/bin/python3 -c from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5) --multiprocessing-fork", false)]
    [InlineData("sleep 1000", false)]
    [InlineData(Command, true)]
    public async Task A_survivor_that_leads_a_session_of_its_own_is_no_engine(string command, bool writesWhereTheRunWrote)
    {
        Record(100, FirstLog);
        Marked(101, command, session: 101, output: writesWhereTheRunWrote ? FirstLog : "/dev/null");
        var host = Host();
        (await host.AdoptAsync(keeps: true, CancellationToken.None)).ShouldBeTrue("the record of the run that ended is taken");
        (host.Run!.ProcessId, host.Life()).ShouldBe((100, EngineLife.Ended));
        await host.LookAgainAsync(CancellationToken.None);
        host.Run!.ProcessId.ShouldBe(100);
        (await host.LeftoversAsync(CancellationToken.None))!.ShouldHaveSingleItem().Id.Pid.ShouldBe(101);
    }

    [Fact]
    public async Task A_start_whose_record_was_not_written_is_found_by_its_own_new_log_and_by_its_session()
    {
        Record(100, FirstLog);
        var log = _folder.File("state/engines/a/20261124-100000-000.log");
        Marked(101, "VLLM::EngineCore", session: 101, output: FirstLog).Marked(200, "/opt/run-model", session: 200, output: log);
        var host = Host();
        (await host.AdoptAsync(keeps: true, CancellationToken.None)).ShouldBeTrue();
        (host.Run!.ProcessId, host.Run.LogFile).ShouldBe((200, log));
    }

    [Fact]
    public async Task What_is_below_a_living_main_process_is_the_engines_without_the_variables_too()
    {
        Record(100, FirstLog);
        Marked(100, "sh /opt/run.sh serve /m", session: 100).With(101, parent: 100, session: 100, command: Command).With(102, parent: 101, user: 0,
            command: "of another user").With(300, command: Command);
        var host = Host();
        await host.AdoptAsync(keeps: true, CancellationToken.None);
        host.Tree().Select(p => p.Id.Pid).ShouldBe([100, 101], ignoreOrder: true);
    }

    [Theory]
    [InlineData("sh -c vllm serve /m --port 8000; echo done")]
    [InlineData("tini -- vllm serve /m --port 8000")]
    [InlineData("/bin/bash /opt/with-logs.sh serve /m --port 8000")]
    [InlineData("python /opt/conda/bin/conda run -n vllm vllm serve /m --port 8000")]
    public void Behind_a_wrapper_the_process_that_has_the_port_is_asked_to_stop(string wrapper)
    {
        _proc.With(100, command: wrapper).With(101, parent: 100, command: "/bin/bash /tmp/tmpx1").With(102, parent: 101, command: "a name of its own",
            socket: 4711)
            .With(103, parent: 102, command: "VLLM::EngineCore").With(104, parent: 102, command: "VLLM::APIServer_1", socket: 4711).Listening(8000, 4711);
        Asked().ShouldBe(102, "several API servers share the socket; their parent is asked");
    }

    [Theory]
    [InlineData("sh -c vllm serve /m --port 8000; echo done")]
    [InlineData("tini -- vllm serve /m --port 8000")]
    [InlineData("python /opt/conda/bin/conda run -n vllm vllm serve /m --port 8000")]
    public void While_it_loads_it_is_known_by_its_command_line_below_the_wrappers(string wrapper)
    {
        _proc.With(100, command: wrapper).With(101, parent: 100, command: "/bin/bash /tmp/tmpx1").With(102, parent: 101, command: Command)
            .With(103, parent: 102, command: Command).With(104, parent: 102, command: "VLLM::Worker_TP0");
        Asked().ShouldBe(102, "what it forked has its command line and is not it");
    }

    [Fact]
    public void Without_a_wrapper_and_without_a_sign_the_process_that_was_started_is_asked()
    {
        _proc.With(100, command: "VLLM::Main").With(101, parent: 100, command: "VLLM::EngineCore").With(200, command: Command, socket: 4711).Listening(8000,
            4711);
        Asked().ShouldBe(100, "who has the port is not of this engine");
    }

    public void Dispose() => _folder.Dispose();

    private int Asked()
    {
        List<ProcessEntry> tree = [_proc.Table.Read(100)!, .. _proc.Table.Descendants(100)];
        return new EngineListener(_proc.Table, _proc.Table.Sockets, _proc.Table.Files).Find(new ProcessId(100, 7), tree, 8000,
            line => EngineCommandLine.IsOf(_engine, line)).Pid;
    }

    private Chain Marked(int pid, string command, int parent = 1, int? session = null, string? output = null) =>
        new Chain(this).Marked(pid, command, parent, session, output);

    private void Record(int pid, string log)
    {
        Directory.CreateDirectory(_folder.File("state/engines/a"));
        File.WriteAllText(log, "Application startup complete.\n");
        EngineRunFile.Write(_folder.File("state/engines/a/run.json"), new EngineRun(pid, 7, "a-boot", Story.Start, log, "vllm serve /m"));
    }

    private EngineHandle Host(string? name = null) =>
        new(_engine with { Name = name ?? _engine.Name }, _folder.File("state"), ProcessKind.Of(_proc.Table, _engine with { Name = name ?? _engine.Name },
        _folder.File("state"), ProcFolder.Agent), _proc.Table, new FakeTimeProvider(Story.Start));

    private sealed class Chain(MainProcessTests test)
    {
        public Chain Marked(int pid, string command, int parent = 1, int? session = null, string? output = null) =>
            With(pid, parent, session, command: command, output: output, environment: test.Marker);

        public Chain With(int pid, int parent = 1, int? session = null, string command = "", string? output = null, uint user = ProcFolder.Agent,
            string environment = "")
        {
            test._proc.With(pid, environment: environment, command: command, user: user, parent: parent, session: session, output: output);
            return this;
        }
    }
}
