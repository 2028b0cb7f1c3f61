using Agent.Commands.Engine;
using Agent.Engines.Runs;

namespace Agent.Tests.Engines;

public sealed class EngineFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("record/20260101-000000-000.log", true)]
    [InlineData("logs/20260101-000000-000.log", true)]
    [InlineData("elsewhere/20260101-000000-000.log", false)]
    [InlineData("record/inner/20260101-000000-000.log", false)]
    [InlineData("record/../elsewhere/20260101-000000-000.log", false)]
    [InlineData("record/..", false)]
    [InlineData("record/run.json", false)]
    [InlineData("npu-agent.db", false)]
    [InlineData("", false)]
    public void A_record_that_names_a_log_elsewhere_is_none(string log, bool isRecord)
    {
        var folder = new EngineFolder(_folder.File("record"), _folder.File("logs"));
        folder.WriteRun(new EngineRun(1, 1, "boot", DateTimeOffset.UnixEpoch, _folder.File(log), "vllm"));
        (folder.ReadRun() is not null).ShouldBe(isRecord);
    }

    [Theory]
    [InlineData("/etc/shadow")]
    [InlineData("run.log")]
    [InlineData("../../../../etc/shadow.log")]
    public void Nor_is_one_with_any_other_path(string log)
    {
        var folder = new EngineFolder(_folder.File("record"), _folder.File("record"));
        folder.WriteRun(new EngineRun(1, 1, "boot", DateTimeOffset.UnixEpoch, log, "vllm"));
        folder.ReadRun().ShouldBeNull();
    }

    [Fact]
    public void Root_runs_nothing_that_another_user_wrote_down()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        File.WriteAllText(_folder.File("deepseek.json"), "{}");
        EngineExecCommand.ProblemOfRoot(_folder.File("deepseek.json")).ShouldBeNull();
        Ownership.Give(_folder.File("deepseek.json"));
        EngineExecCommand.ProblemOfRoot(_folder.File("deepseek.json")).ShouldNotBeNull().ShouldContain($"belongs to user {Ownership.Stranger}");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-86400)]
    [InlineData(86400)]
    public void The_newest_log_is_the_last_by_name_whatever_the_hosts_clock_was_set_to(int seconds)
    {
        var folder = new EngineFolder(_folder.File("record"), _folder.File("record"));
        folder.Create();
        var first = folder.NewLogFile(Story.Start);
        File.WriteAllText(first, "");
        var second = folder.NewLogFile(Story.Start.AddSeconds(seconds));
        File.WriteAllText(second, "");
        folder.LogFiles().ShouldBe([second, first]);
    }

    public void Dispose() => _folder.Dispose();
}
