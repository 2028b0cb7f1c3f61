using Agent.Adapters.Processes;

namespace Agent.Tests.Adapters;

/// <summary>Files as kernels 4.19, 5.10 and 6.6 write them.</summary>
public sealed class CgroupFilesTests : IDisposable
{
    private const string Version2 = "0::/system.slice/vllm.service\n";
    private const string Version1 = "6:freezer:/libpod_parent/libpod-72\n4:memory:/libpod_parent/libpod-72\n0::/libpod_parent/libpod-72\n";

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(Version2, "system.slice/vllm.service/cgroup.events", "populated 1\nfrozen 1\n", true)]
    [InlineData(Version2, "system.slice/vllm.service/cgroup.events", "populated 1\nfrozen 0\n", false)]
    [InlineData(Version1, "freezer/libpod_parent/libpod-72/freezer.state", "FROZEN\n", true)]
    [InlineData(Version1, "freezer/libpod_parent/libpod-72/freezer.state", "FREEZING\n", true)]
    [InlineData(Version1, "freezer/libpod_parent/libpod-72/freezer.state", "THAWED\n", false)]
    [InlineData("0::/\n", "cgroup.events", "frozen 1\n", false)]
    [InlineData("0::/../../vllm\n", "vllm/cgroup.events", "frozen 1\n", false)]
    [InlineData(Version2, "elsewhere", "", false)]
    [InlineData("nonsense", "elsewhere", "", false)]
    public void A_frozen_group_is_known(string groups, string file, string text, bool frozen) => With(file, text).IsFrozen(groups).ShouldBe(frozen);

    [Theory]
    [InlineData(Version2, "system.slice/vllm.service/memory.events", "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n", 2L)]
    [InlineData(Version1, "memory/libpod_parent/libpod-72/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n", 1L)]
    [InlineData(Version1, "memory/libpod_parent/libpod-72/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\n", null)]
    [InlineData(Version2, "system.slice/vllm.service/memory.events", "oom_kill many\n", null)]
    [InlineData(Version2, "elsewhere", "", null)]
    public void Kills_because_memory_ran_out_are_counted(string groups, string file, string text, long? kills) =>
        With(file, text).MemoryKills(groups).ShouldBe(kills);

    public void Dispose() => _folder.Dispose();

    private CgroupFiles With(string file, string text)
    {
        var path = _folder.File(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return new CgroupFiles(_folder.Path);
    }
}
