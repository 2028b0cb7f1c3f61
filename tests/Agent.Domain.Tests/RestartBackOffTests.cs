namespace Agent.Domain.Tests;

public sealed class RestartBackOffTests
{
    private static readonly RestartBackOff Usual = new([.. ((int[])[0, 10, 30, 60, 120, 300]).Select(s => TimeSpan.FromSeconds(s))], TimeSpan.FromMinutes(10));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 10)]
    [InlineData(2, 30)]
    [InlineData(3, 60)]
    [InlineData(4, 120)]
    [InlineData(5, 300)]
    [InlineData(9, 300)]
    public void Restarts_that_follow_each_other_wait_longer_and_longer(int restarts, int seconds)
    {
        List<DateTimeOffset> starts = [];
        var now = Scene.Start;
        for (var i = 0; i < restarts; i++)
        {
            now += Usual.After(starts, now).Wait;
            starts.Add(now);
            now += TimeSpan.FromMinutes(9);
        }

        Usual.After(starts, now).ShouldBe((restarts, TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public void After_a_stable_run_the_row_begins_anew()
    {
        DateTimeOffset[] crashing = [.. Enumerable.Range(0, 5).Select(i => Scene.Start.AddMinutes(i))];
        Usual.After(crashing, crashing[^1].AddMinutes(10)).ShouldBe((0, TimeSpan.Zero));
        Usual.After([.. crashing, crashing[^1].AddMinutes(20)], crashing[^1].AddMinutes(21)).ShouldBe((1, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void The_policy_holds_a_restart_back_until_its_wait_is_over()
    {
        var scene = new Scene { Budgets = Budgets.Unlimited.With(new BudgetUse(StepKind.StartEngine, Scene.Deepseek, Scene.Start.AddMinutes(-1))) };
        scene.Settings = scene.Settings with { BackOff = Usual, CauseLooks = [] };
        scene.See("engine-verdict", Scene.Deepseek, FaultCodes.EngineExited, serving: false).Pass(9);
        scene.Only.State.ShouldBe(IncidentState.Confirmed);
        scene.Only.HeldBackReason.ShouldBe("engine:deepseek was restarted 1 time(s) in a row; the next follows 10s after the failure");
        scene.Pass(1);
        scene.Only.State.ShouldBe(IncidentState.Recovering);
    }

    [Fact]
    public void A_row_of_another_engine_does_not_count()
    {
        var scene = new Scene { Budgets = Budgets.Unlimited.With(new BudgetUse(StepKind.StartEngine, Subject.Engine("other"), Scene.Start.AddMinutes(-1))) };
        scene.Settings = scene.Settings with { BackOff = Usual, CauseLooks = [] };
        scene.See("engine-verdict", Scene.Deepseek, FaultCodes.EngineExited, serving: false);
        scene.Only.State.ShouldBe(IncidentState.Recovering);
    }
}
