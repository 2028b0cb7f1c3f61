using System.Text.Json;

namespace Agent.Tests.Engines.Kinds;

/// <content>How a run of a unit ended, and by whose word.</content>
public sealed partial class UnitKindTests
{
    [Theory]
    [InlineData(1, 0, "success", 0, false, "with exit code 0")]
    [InlineData(1, 3, "exit-code", 3, false, "with exit code 3")]
    [InlineData(2, 9, "signal", -9, false, "by signal 9")]
    [InlineData(2, 15, "success", -15, true, "by signal 15")]
    [InlineData(1, 143, "exit-code", 143, true, "with exit code 143")]
    [InlineData(2, 9, "timeout", -9, true, "by signal 9, stopped by somebody")]
    [InlineData(3, 11, "core-dump", -11, false, "by signal 11")]
    [InlineData(2, 9, "oom-kill", -9, false, "by signal 9, killed because memory ran out")]
    [InlineData(2, 15, "oom-kill", -15, false, "by signal 15, killed because memory ran out")]
    [InlineData(2, 2, "oom-kill", -2, false, "by signal 2, killed because memory ran out")]
    [InlineData(1, 0, "oom-kill", 0, false, "with exit code 0, killed because memory ran out")]
    [InlineData(1, 143, "oom-kill", 143, false, "with exit code 143, killed because memory ran out")]
    public async Task How_it_ended_is_the_word_of_systemd(int kind, int number, string result, int status, bool asked, string text)
    {
        _state = State("failed", "failed", 0, result, (kind, number));
        var exit = await Template().ExitAsync(CancellationToken.None);
        (exit!.Status, exit.WasAsked, exit.ToString()).ShouldBe((status, asked, text));
    }

    [Fact]
    public async Task The_stop_of_systemd_after_a_worker_was_killed_because_memory_ran_out_is_no_stop_by_somebody()
    {
        using var reported = JsonDocument.Parse(Captures.Read("reports/47-unit-oompolicy-stop.unit.json"));
        var end = reported.RootElement.GetProperty("end");
        _state = State("failed", "failed", 0, end.GetProperty("Result").GetString()!,
            (end.GetProperty("ExecMainCode").GetInt32(), end.GetProperty("ExecMainStatus").GetInt32()));
        var exit = await OfTheHost().ExitAsync(CancellationToken.None);
        (exit!.OutOfMemory, exit.WasAsked, exit.WasKilled).ShouldBe((true, false, false));
    }

    [Theory]
    [InlineData("stop", true)]
    [InlineData("continue", false)]
    [InlineData("kill", false)]
    [InlineData("", false)]
    public async Task A_unit_of_the_host_that_systemd_ends_because_memory_ran_out_is_told_with_what_to_set(string policy, bool told)
    {
        _state += $"OOMPolicy={policy}\n";
        var cautions = await OfTheHost().CautionsAsync(CancellationToken.None);
        cautions.Any(c => c.Contains("OOMPolicy=stop") && c.Contains("set OOMPolicy=continue in a drop-in")).ShouldBe(told);
    }

    [Fact]
    public async Task A_masked_unit_is_told_as_masked_and_not_as_unknown()
    {
        _state = State("inactive", "dead", 0).Replace("LoadState=loaded", "LoadState=masked", StringComparison.Ordinal);
        (await OfTheHost().CautionsAsync(CancellationToken.None)).ShouldHaveSingleItem()
            .ShouldBe($"somebody masked the unit {Unit}, so it cannot be started; systemctl unmask {Unit}");
    }

    [Theory]
    [InlineData("frozen", true)]
    [InlineData("freezing", true)]
    [InlineData("frozen-by-parent", true)]
    [InlineData("running", false)]
    [InlineData("thawing", false)]
    public async Task A_frozen_unit_is_paused(string freezer, bool paused)
    {
        _state += $"FreezerState={freezer}\n";
        ((await OfTheHost().PausedAsync(CancellationToken.None)) is not null).ShouldBe(paused);
    }

    [Fact]
    public async Task A_unit_that_runs_has_no_exit() => (await Template().ExitAsync(CancellationToken.None)).ShouldBeNull();
}
