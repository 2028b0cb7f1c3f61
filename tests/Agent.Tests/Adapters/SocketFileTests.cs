using System.Net.Sockets;
using Agent.Adapters.Files;

namespace Agent.Tests.Adapters;

public sealed class SocketFileTests : IDisposable
{
    private const UnixFileMode UserAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private readonly TemporaryFolder _folder = new();

    private string Run => Path.Combine(_folder.Path, "run");

    private string Control => Path.Combine(Run, "agent.sock");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_socket_is_its_users_and_its_groups()
    {
        SocketFile.Prepare(Control);
        using var socket = SocketFile.Bind(Control);
        File.GetUnixFileMode(Control).ShouldBe(UserAndGroup);
        (File.GetUnixFileMode(Run) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)).ShouldBe(UnixFileMode.None);
    }

    [Fact]
    public void The_socket_of_an_agent_that_was_killed_is_taken_away()
    {
        SocketFile.Prepare(Control);
        using (var killed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            killed.Bind(new UnixDomainSocketEndPoint(Control));
            SocketFile.Prepare(Control);
            File.Exists(Control).ShouldBeFalse();
        }

        SocketFile.Bind(Control).Dispose();
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherWrite | UnixFileMode.StickyBit)]
    public void A_folder_that_others_may_write_is_refused_with_what_to_do(UnixFileMode open)
    {
        Directory.CreateDirectory(Run);
        File.SetUnixFileMode(Run, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | open);
        Should.Throw<IOException>(() => SocketFile.Prepare(Control)).Message.ShouldContain($"chmod go-w {Run}");
    }

    [Fact]
    public void A_folder_of_somebody_else_is_refused()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, who can give a folder away");
        Directory.CreateDirectory(Run);
        System.Diagnostics.Process.Start("chown", ["65534", Run]).WaitForExit();
        Should.Throw<IOException>(() => SocketFile.Prepare(Control)).Message.ShouldContain($"{Run} belongs to user 65534");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "link"), Run);
        Should.Throw<IOException>(() => SocketFile.Prepare(Path.Combine(_folder.Path, "link", "agent.sock"))).Message.ShouldContain(
            $"{Run} belongs to user 65534");
    }

    [Fact]
    public void What_is_no_socket_is_not_deleted()
    {
        Directory.CreateDirectory(Run);
        File.WriteAllText(Control, "precious");
        Should.Throw<IOException>(() => SocketFile.Prepare(Control)).Message.ShouldContain("is no socket (a regular file)");
        File.ReadAllText(Control).ShouldBe("precious");

        File.Move(Control, Control + ".kept");
        File.CreateSymbolicLink(Control, Control + ".kept");
        Should.Throw<IOException>(() => SocketFile.Prepare(Control)).Message.ShouldContain("is no socket (a link)");
        File.Exists(Control + ".kept").ShouldBeTrue();
    }
}
