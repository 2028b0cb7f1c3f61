using Agent.Commands;
using Agent.Domain.Observations;

namespace Agent.Tests.Commands;

public sealed class AsRootCommandTests : IDisposable
{
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_chip_is_two_numbers() => AsRootCommand.ChipOf("12-1").ShouldBe(Subject.Chip(12, 1));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0/1")]
    [InlineData("0-1-2")]
    [InlineData("0-1\n")]
    [InlineData("-1-0")]
    [InlineData("0-1; reboot")]
    [InlineData("$(id)-0")]
    [InlineData("9999-0")]
    [InlineData("٣-٠")]
    public void What_is_no_chip_is_refused(string name) => AsRootCommand.ChipOf(name).ShouldBeNull();

    [Fact]
    public void Root_runs_what_a_file_says_that_nobody_else_may_write()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, whose file it is");
        RootsFile.Problem("/etc/passwd").ShouldBeNull();
    }

    [Fact]
    public void A_file_that_others_may_write_is_not_roots() => Problem(Writable("agent.yaml")).ShouldContain("what root runs is read from files of root alone");

    [Fact]
    public void A_folder_in_which_others_may_put_another_file_is_not_roots()
    {
        File.WriteAllText(_folder.File("agent.yaml"), "mode: act");
        File.SetUnixFileMode(_folder.Path, ForAll | UnixFileMode.UserExecute);
        Problem(_folder.File("agent.yaml")).ShouldContain("what root runs is read from files of root alone");
    }

    [Fact]
    public void A_link_is_as_good_as_what_it_leads_to()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, whose link it is");
        var target = Writable("target");
        File.CreateSymbolicLink(_folder.File("agent.yaml"), target);
        Problem(_folder.File("agent.yaml")).ShouldContain($"chmod go-w {target}");
    }

    public void Dispose() => _folder.Dispose();

    private static string Problem(string path) => RootsFile.Problem(path).ShouldNotBeNull();

    private string Writable(string name)
    {
        File.WriteAllText(_folder.File(name), "mode: act");
        File.SetUnixFileMode(_folder.File(name), ForAll);
        return _folder.File(name);
    }
}
