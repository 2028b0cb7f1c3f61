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
}
