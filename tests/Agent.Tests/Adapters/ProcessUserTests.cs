using Agent.Adapters.Processes;
using Agent.Tests.Engines.Kinds;

namespace Agent.Tests.Adapters;

public sealed class ProcessUserTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ProcFolder _proc;

    public ProcessUserTests() => _proc = new ProcFolder(_folder);

    [Fact]
    public void A_marker_is_worth_what_its_user_is()
    {
        _proc.With(1, environment: "A=b\0MARK=x\0").With(2, environment: "MARK=x\0", user: 1001).With(3, environment: "MARK=xy\0")
            .With(4, environment: "MARK=x\0", user: 0);
        _proc.Table.WithMarker("MARK", "x", ProcFolder.Agent).Found.ShouldHaveSingleItem().Id.Pid.ShouldBe(1);
    }

    [Theory]
    [InlineData(1001u, 0u)]
    [InlineData(0u, 1001u)]
    public void A_program_that_acts_as_another_than_who_started_it_is_nobodys(uint real, uint effective)
    {
        _proc.With(1, environment: "MARK=x\0");
        File.WriteAllText(_folder.File("proc/1/status"), ProcFolder.StatusOf(real, effective));
        _proc.Table.UserOf(1).ShouldBeNull();
        _proc.Table.WithMarker("MARK", "x", 0).Found.ShouldBeEmpty();
        _proc.Table.WithMarker("MARK", "x", 1001).Found.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("Name:\tvllm\n")]
    [InlineData("Name:\tvllm\nUid:\n")]
    [InlineData("Name:\tvllm\nUid:\tx\tx\tx\tx\n")]
    [InlineData("Name:\tvllm\nUid:\t4294967296\t4294967296\t4294967296\t4294967296")]
    public void What_does_not_say_whose_it_is_is_nobodys(string status)
    {
        _proc.With(1);
        File.WriteAllText(_folder.File("proc/1/status"), status);
        _proc.Table.UserOf(1).ShouldBeNull();
    }

    [Fact]
    public void What_strangers_write_into_their_command_lines_and_environments_costs_the_agent_nothing()
    {
        var large = new string('x', 4_000_000);
        _proc.With(1, environment: "MARK=x\0", cgroup: "0::/engine\n");
        for (var pid = 2; pid < 10; pid++)
        {
            _proc.With(pid, environment: large, user: 1001);
            File.WriteAllText(_folder.File($"proc/{pid}/cmdline"), large);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        _proc.Table.WithMarker("MARK", "x", ProcFolder.Agent).Found.Count.ShouldBe(1);
        _proc.Table.InCgroup("/engine").Count.ShouldBe(1);
        _proc.Table.All().ToList().ShouldAllBe(p => p.CommandLine.Length <= 16 * 1024);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(large.Length / 2);
    }

    [Fact]
    public void This_process_is_its_own_users() => new ProcessTable().UserOf(Environment.ProcessId).ShouldBe(ProcessTable.Self);

    public void Dispose() => _folder.Dispose();
}
