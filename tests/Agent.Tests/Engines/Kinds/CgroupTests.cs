namespace Agent.Tests.Engines.Kinds;

/// <summary>Lines of /proc/PID/cgroup as systemd 252 and podman 4.3 leave them.</summary>
public sealed class CgroupTests : IDisposable
{
    private const string Unit = "/system.slice/system-npu\\x2dengine.slice/npu-engine@deepseek.service";
    private const string Container = "/libpod_parent/libpod-f3e379dcc318";

    private readonly TemporaryFolder _folder = new();
    private readonly ProcFolder _proc;

    public CgroupTests() => _proc = new ProcFolder(_folder);

    [Fact]
    public void Version_2_has_one_line_and_version_1_one_a_controller()
    {
        _proc.With(1, $"0::{Unit}\n").With(2, $"9:name=systemd:/\n8:pids:/user\n4:memory:{Container}\n0::/\n").With(3);
        _proc.Table.Cgroup(1).ShouldBe(Unit);
        _proc.Table.Cgroup(2).ShouldBe(Container);
        _proc.Table.Cgroup(3).ShouldBeNull();
        _proc.Table.Cgroup(4).ShouldBeNull();
    }

    [Fact]
    public void What_is_below_belongs_to_it_and_what_only_begins_alike_does_not()
    {
        _proc.With(1, $"0::{Unit}\n").With(2, $"0::{Unit}/workers\n").With(3, $"0::{Unit}x\n").With(4, "9:name=systemd:/\n8:pids:/libpod_parent/conmon\n");
        _proc.Table.InCgroup(Unit).Select(p => p.Id.Pid).Order().ShouldBe([1, 2]);
    }

    public void Dispose() => _folder.Dispose();
}
