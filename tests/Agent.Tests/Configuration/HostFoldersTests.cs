using Agent.Configuration.Host;

namespace Agent.Tests.Configuration;

public sealed class HostFoldersTests
{
    [Fact]
    public void On_windows_everything_lies_below_program_data()
    {
        var folders = HostFolders.Of(windows: true, @"C:\ProgramData");

        string[] paths = [folders.Configuration, folders.State, folders.ControlSocket, folders.Log];
        paths.ShouldAllBe(path => path.StartsWith(@"C:\ProgramData\npu-agent\", StringComparison.Ordinal));
        folders.ControlSocket.Length.ShouldBeLessThan(100);
    }

    [Fact]
    public void Windows_says_which_kinds_of_engines_it_has_not_and_linux_has_all()
    {
        HostFolders.Of(windows: true, @"C:\ProgramData").KindLimit.ShouldNotBeNull().ShouldContain("not available on Windows");
        HostFolders.Of(windows: false, "").KindLimit.ShouldBeNull();
    }

    [Fact]
    public void On_linux_the_paths_are_those_of_the_packages()
    {
        var folders = HostFolders.Of(windows: false, "");

        folders.Configuration.ShouldBe("/etc/npu-agent/agent.yaml");
        folders.State.ShouldBe("/var/lib/npu-agent");
        folders.ControlSocket.ShouldBe("/run/npu-agent/agent.sock");
        folders.Log.ShouldBe("/var/log/npu-agent");
    }
}
