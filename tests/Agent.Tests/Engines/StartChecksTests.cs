using System.Net;
using System.Net.Sockets;
using Agent.Adapters.Processes;
using Agent.Adapters.VllmHttp;
using Agent.Configuration.Engines;
using Agent.Domain.Faults;
using Agent.Engines;
using Agent.Engines.Kinds;
using Agent.Engines.Starting;
using Agent.Tests.Probes;

namespace Agent.Tests.Engines;

/// <summary>What refuses a start, and who is named for it.</summary>
public sealed class StartChecksTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = StartScene.FreePort();

    [Fact]
    public void A_port_on_which_somebody_listens_names_him()
    {
        using var listener = new TcpListener(IPAddress.Loopback, _port);
        listener.Start();
        StartScene.Port().Holder(Engine())!.ShouldContain($"port {_port} is listened on by process {Environment.ProcessId} ");
    }

    [Fact]
    public void A_server_that_bound_the_port_and_loads_its_model_is_noticed()
    {
        using var loading = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        loading.SetRawSocketOption(1, 2, BitConverter.GetBytes(1)); // SO_REUSEADDR, as vLLM sets it
        loading.Bind(new IPEndPoint(IPAddress.Loopback, _port));
        StartScene.Port().Holder(Engine())!.ShouldContain("bound by a server that does not listen yet");
    }

    [Fact]
    public async Task Connections_that_fade_away_are_no_obstacle()
    {
        using (var listener = new TcpListener(IPAddress.Loopback, _port))
        {
            listener.Start();
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, _port, TestContext.Current.CancellationToken);
            using var server = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            // The side that closes first keeps the port in TIME_WAIT.
            server.Close();
        }

        StartScene.Port().Holder(Engine()).ShouldBeNull();
    }

    [Fact]
    public void A_port_belongs_to_one_agent_at_a_time()
    {
        StartScene.Port().Lock(_port).ShouldBeNull();
        var another = StartScene.Port().Lock(_port);
        another!.ShouldContain($"locked by another agent: process {Environment.ProcessId} ");
    }

    [Fact]
    public async Task Chips_that_another_process_holds_name_it_and_chips_that_nobody_holds_say_so()
    {
        var board = new SmallBoard();
        var occupants = new ChipOccupants(board.NpuSmi, board.Chips, new ProcessTable(), new OpenFiles(), "/dev");
        var engine = Engine("chips: [0/0, 1/0]");
        (await occupants.LookAsync(engine, CancellationToken.None)).Detail.ShouldBe("chips 0/0, 1/0 are idle");

        board.Hold(1, megabytes: 40960, Environment.ProcessId, "python3");
        var (taken, _) = await occupants.LookAsync(engine, CancellationToken.None);
        taken!.Fault.ShouldBe(FaultCodes.DeviceTaken);
        taken.Detail.ShouldContain($"chip 1/0 holds 44360 MB: process {Environment.ProcessId} ");

        board.Hold(1, megabytes: 40960, process: null, "");
        var held = (await occupants.LookAsync(engine, CancellationToken.None)).Refusal!;
        (held.Fault, held.Detail).ShouldBe((FaultCodes.ChipMemoryHeld, "chip 1/0 holds 44360 MB and npu-smi lists nobody"));
        held.Known![Placeholders.Card].ShouldBe("1");

        board.Hold(1, megabytes: 100, process: 5_000_001, "exporter");
        (await occupants.LookAsync(engine, CancellationToken.None))
            .ShouldBe((null, "chips 0/0, 1/0 are idle, beside process 5000001 exporter, which /proc does not show with 100 MB"));
    }

    [Fact]
    public void Segments_of_killed_engines_are_removed_and_those_in_use_stay()
    {
        foreach (var name in (string[])["psm_left", "sem.mp-left", "vllm_offload_1.mmap", "psm_open", "somebody_else"])
            File.WriteAllText(_folder.File(name), "x");
        using var open = File.OpenRead(_folder.File("psm_open"));
        new SharedMemory(new OpenFiles(), _folder.Path).RemoveLeftovers().ShouldBe(["psm_left", "sem.mp-left", "vllm_offload_1.mmap"]);
        Directory.GetFiles(_folder.Path).Select(Path.GetFileName).ShouldBe(["psm_open", "somebody_else"], ignoreOrder: true);
    }

    [Fact]
    public void A_mapped_segment_is_in_use()
    {
        File.WriteAllText(_folder.File("psm_mapped"), "x");
        Directory.CreateDirectory(_folder.File("proc/41"));
        File.WriteAllText(_folder.File("proc/41/maps"),
            $"7f00-7f01 rw-s 00000000 00:1a 123    {_folder.File("psm_mapped")}\n7f02-7f03 rw-p 00000000 00:00 0 \n");
        new SharedMemory(new OpenFiles(_folder.File("proc")), _folder.Path).RemoveLeftovers().ShouldBeEmpty();
    }

    [Fact]
    public void The_unit_clears_after_its_own_engines_the_socket_that_nobody_listens_on_too()
    {
        File.WriteAllText(_folder.File("psm_left"), "x");
        File.WriteAllText(_folder.File("engine.sock"), "");
        UnitLeftovers.Remove(CommandLine.Of(["vllm", "serve", "/m", "--uds", _folder.File("engine.sock")]), new SharedMemory(new OpenFiles(), _folder.Path),
            new SocketTable())
            .ShouldBe(["psm_left", _folder.File("engine.sock")]);
        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
        UnitLeftovers.Remove(null, new SharedMemory(new OpenFiles(), _folder.Path), new SocketTable()).ShouldBeEmpty();
    }

    [Fact]
    public void A_socket_that_somebody_listens_on_stays()
    {
        var path = _folder.File("engine.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        UnitLeftovers.Remove(CommandLine.Of(["vllm", "--uds", path]), new SharedMemory(new OpenFiles(), _folder.Path), new SocketTable()).ShouldBeEmpty();
        File.Exists(path).ShouldBeTrue();
    }

    [Fact]
    public async Task Whose_processes_the_agent_may_not_look_into_is_not_said_to_be_nobody()
    {
        var board = new SmallBoard();
        board.Hold(1, megabytes: 40960, process: null, "");
        var occupants = new ChipOccupants(board.NpuSmi, board.Chips, new ProcessTable(), new OpenFiles(_folder.Path) { SeesAll = false }, "/dev");
        (await occupants.LookAsync(Engine("chips: [0/0, 1/0]"), CancellationToken.None)).Detail.ShouldBe(
            "chip 1/0 holds 44360 MB and npu-smi lists nobody; whether another user's process has its device open, the agent may not see");
    }

    [Fact]
    public void Too_little_shared_memory_refuses_an_engine_of_several_ranks_and_says_what_fills_it()
    {
        File.WriteAllText(_folder.File("big"), "x");
        var memory = new SharedMemory(new OpenFiles(), _folder.Path);
        var (refusal, _) = memory.Room(Engine("chips: [0/0, 1/0]\n    start: { shared_memory: 1TiB }"));
        refusal!.Fault.ShouldBe(FaultCodes.SharedMemoryFull);
        refusal.Detail.ShouldContain("most is in big (0 MiB)");
        memory.Room(Engine("chips: [0/0]\n    start: { shared_memory: 1TiB }")).Refusal.ShouldBeNull();
    }

    [Theory]
    [InlineData("0::/system.slice/docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope", "container 0123456789ab")]
    [InlineData("11:devices:/isulad/abcdefabcdef0123456789abcdef0123456789abcdef0123456789abcdef0123\n", "container abcdefabcdef")]
    [InlineData("0::/system.slice/npu-engine@deepseek.service", "npu-engine@deepseek.service")]
    [InlineData("0::/user.slice/user-1000.slice/session-3.scope", null)]
    public void Where_a_process_belongs_is_read_from_its_cgroup(string cgroup, string? place) => ProcessOrigin.Place(cgroup).ShouldBe(place);

    [Theory]
    [InlineData("stop: { term_wait: 39s }", "term_wait: 39s is too short: SIGKILL would cut vLLM's own drain of shutdown-timeout 30 s; allowed: 40s or more")]
    [InlineData("stop: { term_wait: 40s }", null)]
    public void SIGKILL_must_not_cut_the_drain_of_vLLM_itself(string stop, string? problem)
    {
        var problems = SettingsFile.Parse("t.yaml",
            $"engines:\n  - name: a\n    model: /m\n    chips: [0/0]\n    arguments: {{ shutdown-timeout: 30 }}\n    {stop}\n", _ => false).Problems;
        if (problem is null)
            problems.ShouldBeEmpty();
        else
            problems.ShouldHaveSingleItem().ToString().ShouldContain(problem);
    }

    public void Dispose() => _folder.Dispose();

    private EngineSettings Engine() =>
        SettingsFile.Parse("t.yaml", $"engines: [ {{ name: a, model: /m, port: {_port}, chips: [0/0] }} ]", _ => false).Settings!.Engines[0];

    private static SupervisedEngine Engine(string settings)
    {
        var load = SettingsFile.Parse("t.yaml", $"engines:\n  - name: a\n    model: /m\n    {settings}\n", _ => false);
        load.Problems.ShouldBeEmpty();
        var engine = load.Settings!.Engines[0];
        var processes = new ProcessTable();
        return new SupervisedEngine(engine,
            new EngineHandle(engine, "/nowhere", ProcessKind.Of(processes, engine, "/nowhere", ProcessTable.Self), processes, TimeProvider.System),
            new VllmClient(engine.Address, null, TimeProvider.System));
    }
}
