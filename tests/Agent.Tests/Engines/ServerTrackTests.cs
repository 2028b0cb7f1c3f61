using Agent.Adapters.Processes;
using Agent.Engines.Runs;
using Agent.Engines.Signs;
using Agent.Tests.Engines.Kinds;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines;

/// <summary>Whose CPU time is compared, and what is a standstill.</summary>
public sealed class ServerTrackTests : IDisposable
{
    private const int Port = 8000;
    private static readonly EngineRun Run = new(100, 7, "boot", DateTimeOffset.UnixEpoch, "/log", "vllm serve m");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly ServerTrack _track;

    public ServerTrackTests() => _track = new ServerTrack(_clock, TimeSpan.FromSeconds(15));

    [Theory]
    [InlineData(0, 0, false, 15)]
    [InlineData(0.2, 0.04, false, 15)]
    [InlineData(1, 0, false, 0)]
    [InlineData(0.05, 4.5, false, 0)]
    [InlineData(0, 0, true, 0)]
    public void Who_takes_no_CPU_time_and_wants_none_stands_still(double used, double waited, bool wants, int stillFor)
    {
        for (var look = 0; look < 4; look++, _clock.Advance(TimeSpan.FromSeconds(5)))
            _track.Take(Run, [Time(100, used * look, waited * look, wants)]);
        var sign = _track.Take(Run, [Time(100, used * 4, waited * 4, wants)])!;
        (sign.StillFor.TotalSeconds, sign.StillLooks).ShouldBe((stillFor == 0 ? 0 : stillFor + 5, stillFor == 0 ? 0 : 4));
        sign.Text.ShouldContain(stillFor == 0 ? "is busy" : "stands still for 20s");
    }

    [Fact]
    public void Several_API_servers_stand_still_when_all_of_them_do()
    {
        for (var look = 0; look < 4; look++, _clock.Advance(TimeSpan.FromSeconds(5)))
            _track.Take(Run, [Time(100, 1), Time(101, 2), Time(102, look)])!.StillLooks.ShouldBe(0);
        _track.Take(Run, [Time(100, 1), Time(101, 2), Time(102, 3)])!.StillLooks.ShouldBe(1);
    }

    [Fact]
    public void An_answer_another_run_another_process_and_looks_that_were_missed_begin_anew()
    {
        Still().ShouldBe(10);
        _track.Answered();
        Still().ShouldBe(10);
        _clock.Advance(TimeSpan.FromMinutes(5));
        _track.Take(Run, [Time(100, 1)])!.StillFor.ShouldBe(TimeSpan.Zero, "the machine slept, or the agent had no turn");
        _clock.Advance(TimeSpan.FromSeconds(5));
        _track.Take(Run, [Time(101, 1)])!.StillFor.ShouldBe(TimeSpan.Zero, "one that was just started");
        _clock.Advance(TimeSpan.FromSeconds(5));
        _track.Take(Run with { ProcessId = 101 }, [Time(101, 1)])!.StillFor.ShouldBe(TimeSpan.Zero);
        _track.Take(Run, null).ShouldBeNull("what cannot be read says nothing");
        Still().ShouldBe(10);
    }

    [Fact]
    public void Every_process_with_the_socket_counts_and_engine_cores_do_not()
    {
        // A wrapper, vLLM, two more API servers, and a core that was forked with the socket and its worker.
        var proc = new ProcFolder(_folder).Listening(Port, 77)
            .With(100, command: "sh\0-c\0vllm serve m")
            .With(101, command: "vllm serve m", parent: 100, socket: 77)
            .With(102, command: "VLLM::APIServer_0", parent: 101, socket: 77)
            .With(103, command: "VLLM::APIServer_1", parent: 101, socket: 77)
            .With(104, command: "VLLM::EngineCore", parent: 101, socket: 77)
            .With(105, command: "VLLM::Worker_TP0", parent: 104, socket: 77);
        Servers(proc).ShouldBe([101, 102, 103]);
    }

    [Fact]
    public void Where_descriptors_cannot_be_read_all_but_cores_and_their_workers_count()
    {
        var proc = new ProcFolder(_folder).Listening(Port, 77)
            .With(100, command: "sh\0-c\0vllm serve m")
            .With(101, command: "vllm serve m", parent: 100)
            .With(104, command: "VLLM::EngineCore", parent: 101)
            .With(105, command: "VLLM::Worker_TP0", parent: 104);
        Servers(proc).ShouldBe([100, 101]);
        File.WriteAllText(_folder.File("proc/101/stat"), "101 (vllm) S");
        Listener(proc).ServerTimes(Tree(proc, 100, 104), Port).ShouldNotBeNull();
        var unreadable = Tree(proc, 100).Append(new ProcessEntry(new ProcessId(101, 7), 100, 100, 'S', "vllm", "vllm serve m"));
        Listener(proc).ServerTimes([.. unreadable], Port).ShouldBeNull();
        Listener(proc).ServerTimes([], Port).ShouldBeNull();
    }

    [Theory]
    [InlineData("4711 (a) b) S 1 1 1 0 -1 0 1 1 1 1 250 50 9 9 20 0 9 0 7", "123456789 2000000000 55\n", "SS", 3.0, 2.0, false)]
    [InlineData("4711 (vllm) S 1 1 1 0 -1 0 1 1 1 1 0 1 9 9 20 0 9 0 7", null, "SR", 0.01, 0.0, true)]
    [InlineData("4711 (vllm) D 1 1 1 0 -1 0 1 1 1 1 0 1 9 9 20 0 9 0 7", "odd", "", 0.01, 0.0, true)]
    public void CPU_time_is_read_from_stat_schedstat_and_the_states_of_threads(string stat, string? schedstat, string threads, double used, double waited,
        bool wants)
    {
        var time = CpuTime.Of(new ProcessId(4711, 7), stat, schedstat, threads).ShouldNotBeNull();
        (time.Used.TotalSeconds, time.Waited.TotalSeconds, time.Wants).ShouldBe((used, waited, wants));
    }

    [Theory]
    [InlineData("4711 (vllm) S 1 1")]
    [InlineData("4711 (vllm) S 1 1 1 0 -1 0 1 1 1 1 -5 1 9 9 20 0 9 0 7")]
    public void What_is_no_count_is_not_guessed(string stat) => CpuTime.Of(new ProcessId(4711, 7), stat, null, "S").ShouldBeNull();

    public void Dispose() => _folder.Dispose();

    private double Still()
    {
        for (var look = 0; look < 2; look++, _clock.Advance(TimeSpan.FromSeconds(5)))
            _track.Take(Run, [Time(100, 1)]);
        return _track.Take(Run, [Time(100, 1)])!.StillFor.TotalSeconds;
    }

    private static CpuTime Time(int pid, double used, double waited = 0, bool wants = false) =>
        new(new ProcessId(pid, 7), TimeSpan.FromSeconds(used), TimeSpan.FromSeconds(waited), wants);

    private static IReadOnlyList<ProcessEntry> Tree(ProcFolder proc, params int[] pids) => [.. pids.Select(proc.Table.Read).OfType<ProcessEntry>()];

    private static EngineListener Listener(ProcFolder proc) => new(proc.Table, proc.Table.Sockets, proc.Table.Files);

    private static IEnumerable<int> Servers(ProcFolder proc) =>
        Listener(proc).ServerTimes(Tree(proc, 100, 101, 102, 103, 104, 105), Port)!.Select(t => t.Id.Pid);
}
