using Agent.Engines.Kinds;

namespace Agent.Tests.Engines.Kinds;

/// <content>How a container ended, and when it counts as stopped.</content>
public sealed partial class ContainerKindTests
{
    [Fact]
    public async Task A_container_that_ended_at_once_was_not_started()
    {
        _tool.Inspected(null, Exited(127));
        (await Kind().LaunchAsync(Launch(), CancellationToken.None)).Refusal!.Text.ShouldBe(
            "container npu-engine-deepseek ended at once with exit code 127; `isula logs npu-engine-deepseek` shows its output");
    }

    [Theory]
    [InlineData(0, false, 0, false, "with exit code 0")]
    [InlineData(1, false, 1, false, "with exit code 1")]
    [InlineData(143, false, -15, true, "by signal 15")]
    [InlineData(130, false, -2, true, "by signal 2")]
    [InlineData(137, false, -9, false, "by signal 9")]
    [InlineData(137, true, -9, false, "by signal 9, killed because memory ran out")]
    public async Task How_it_ended_is_the_word_of_the_container(int code, bool outOfMemory, int status, bool asked, string text)
    {
        _tool.Inspected(Exited(code, outOfMemory));
        var exit = await Kind().ExitAsync(CancellationToken.None);
        (exit!.Status, exit.WasAsked, exit.ToString()).ShouldBe((status, asked, text));
    }

    [Fact]
    public async Task A_container_that_is_gone_was_removed_by_somebody()
    {
        _tool.Inspected([null]);
        (await Kind().ExitAsync(CancellationToken.None)).ShouldBe(EngineExit.Removed);
        EngineExit.Removed.WasAsked.ShouldBeTrue();
        _tool.Inspected("nothing of JSON");
        (await Kind().ExitAsync(CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task A_stop_ends_in_a_container_that_is_there_and_does_not_run()
    {
        _tool.Inspected(Running(), Exited(137), Exited(137));
        (await Kind().AskToStopAsync(CancellationToken.None)).ShouldBeNull();
        await Kind().KillAllAsync(CancellationToken.None);
        (await Kind().CloseAsync(CancellationToken.None)).ShouldBeNull();
        (await Kind().CloseAsync(CancellationToken.None)).ShouldBeNull();
        _tool.Calls.ShouldBe(
        [
            "isula kill -s TERM npu-engine-deepseek", "isula kill -s KILL npu-engine-deepseek", "isula inspect npu-engine-deepseek",
                "isula stop -t 1 npu-engine-deepseek",
            "isula inspect npu-engine-deepseek", "isula inspect npu-engine-deepseek",
        ]);
    }

    [Fact]
    public async Task A_container_that_stays_is_not_closed()
    {
        _tool.Refusals["stop"] = "Error: timed out";
        _tool.Inspected(Running(), Running());
        (await Kind().CloseAsync(CancellationToken.None))!.Text.ShouldBe(
            "container npu-engine-deepseek was not stopped: isula: exit code 125: Error: timed out");
    }

    [Fact]
    public async Task A_container_that_could_not_be_looked_at_is_not_taken_for_stopped()
    {
        _tool.Refusals["inspect"] = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";
        var refused = await Kind().CloseAsync(CancellationToken.None);
        refused!.Text.ShouldStartWith("container npu-engine-deepseek could not be looked at before its stop: ");
        refused.Class.ShouldBe(RefusalClass.Passes);
        _tool.Calls.ShouldBe(["isula inspect npu-engine-deepseek"]);
    }

    [Fact]
    public async Task A_stop_whose_end_nobody_saw_is_none()
    {
        _tool.Inspected(Running(), "nothing of JSON");
        (await Kind().CloseAsync(CancellationToken.None))!.Text.ShouldStartWith("container npu-engine-deepseek could not be looked at after its stop: ");
    }

    [Fact]
    public async Task A_stop_that_was_refused_is_told_by_its_refusal_when_nobody_saw_its_end_either()
    {
        _tool.Refusals["stop"] = "Error: timed out";
        _tool.Inspected(Running(), "nothing of JSON");
        var refused = await Kind().CloseAsync(CancellationToken.None);
        refused!.Text.ShouldBe("container npu-engine-deepseek was not stopped: isula: exit code 125: Error: timed out");
    }
}
