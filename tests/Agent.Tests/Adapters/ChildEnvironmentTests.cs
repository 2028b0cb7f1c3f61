using Agent.Adapters.Processes;

namespace Agent.Tests.Adapters;

/// <summary>An empty or relative entry of these lists means the working folder, for the loader as for the shell.</summary>
public sealed class ChildEnvironmentTests
{
    [Theory]
    [InlineData("PATH", ":/usr/bin::.:bin:/bin:", "/usr/bin:/bin")]
    [InlineData("PATH", ".", "/")]
    [InlineData("PATH", "", "/")]
    [InlineData("LD_LIBRARY_PATH", ":/usr/local/Ascend/driver/lib64:.;lib;/opt/lib:", "/usr/local/Ascend/driver/lib64:/opt/lib")]
    [InlineData("LD_LIBRARY_PATH", ":", "")]
    [InlineData("LD_LIBRARY_PATH", "$ORIGIN/../lib:${ORIGIN}:$LIB/x", "$ORIGIN/../lib:${ORIGIN}")]
    [InlineData("LD_PRELOAD", "libjemalloc.so.2 ./evil.so:/opt/lib/x.so", "libjemalloc.so.2:/opt/lib/x.so")]
    [InlineData("LD_AUDIT", "lib/evil.so", "")]
    [InlineData("PYTHONUNBUFFERED", "./1", "./1")]
    public void A_child_gets_absolute_entries_alone(string name, string written, string got) =>
        ChildEnvironment.Clean(new Dictionary<string, string> { [name] = written })[name].ShouldBe(got);

    [Fact]
    public async Task A_child_works_in_a_folder_of_root_where_nothing_else_is_asked_for() =>
        (await new ProcessRunner(TimeProvider.System)
            .RunAsync(new CommandLine("pwd", []), new ProcessLimits(TimeSpan.FromSeconds(10)), cancellation: CancellationToken.None)).Output.ShouldBe("/\n");

    // npu-smi may be a script, and a reset script of the vendor certainly is: its sed and fuser come from this list.
    [Theory]
    [InlineData(0b111_111_111, 0u)]
    [InlineData(0b1_111_111_111, 0u)]
    [InlineData(0b111_111_101, 0u)]
    [InlineData(0b111_101_101, Ownership.Stranger)]
    public void A_tool_of_root_gets_no_entry_that_others_may_change(int mode, uint owner)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, who has more to lose");
        using var folder = new TemporaryFolder();
        var open = Directory.CreateDirectory(folder.File("open")).FullName;
        File.SetUnixFileMode(open, (UnixFileMode)mode);
        Ownership.Give(open, owner);
        ChildEnvironment.OfTool("PATH", $"{open}:/usr/bin:.:/no-such-folder:/bin").ShouldBe("/usr/bin:/no-such-folder:/bin");
        ChildEnvironment.OfTool("PATH", open).ShouldBe("/");
        ChildEnvironment.OfTool("LD_LIBRARY_PATH", "/usr/local/Ascend/driver/lib64").ShouldBe("/usr/local/Ascend/driver/lib64");
        ProgramPath.LeftOut($"/usr/bin:{open}").ShouldNotBeNull().ShouldContain(open);
        ProgramPath.LeftOut("/usr/bin:/bin").ShouldBeNull();
    }
}
