namespace Agent.Domain.Tests;

/// <summary>Attempts and windows of maintenance at the edges of their times.</summary>
public sealed class BudgetBoundsTests
{
    private static readonly DateTimeOffset Now = Scene.Start;
    private static readonly Subject Qwen = Subject.Engine("qwen");

    private static readonly Budgets Counted = new(new Dictionary<StepKind, Budget>
    {
        [StepKind.StartEngine] = new(3, TimeSpan.FromHours(1)),
        [StepKind.ResetChip] = new(1, TimeSpan.FromHours(6)),
    }, []);

    [Theory]
    [InlineData(-3600, -3600)]
    [InlineData(-1, -1)]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    public void An_attempt_keeps_its_time_unless_it_lies_in_the_future(int seconds, int kept) =>
        Counted.With(Start(seconds)).NotAfter(Now).Uses.ShouldHaveSingleItem().At.ShouldBe(Now.AddSeconds(kept));

    [Theory]
    [InlineData(0, true)]
    [InlineData(3600, true)]
    [InlineData(21599, true)]
    [InlineData(21600, false)]
    [InlineData(21601, false)]
    public void An_attempt_is_kept_as_long_as_the_longest_window_looks_at_it(int secondsAgo, bool kept) =>
        Counted.With(Start(-secondsAgo)).Forget(Now).Uses.Any().ShouldBe(kept);

    [Fact]
    public void Without_limits_no_attempt_is_kept() => Budgets.Unlimited.With(Start(0)).Forget(Now).Uses.ShouldBeEmpty();

    [Fact]
    public void A_start_that_was_not_begun_gives_back_its_own_attempt_and_neither_that_of_another_engine_nor_of_another_step()
    {
        var refused = new Step(StepKind.StartEngine, Scene.Deepseek);
        BudgetUse[] others = [new(StepKind.StartEngine, Qwen, Now), new(StepKind.ClearOrphans, Scene.Deepseek, Now)];
        var budgets = Counted.After(new StepStarted(Now, refused)).With(others[0]).With(others[1]);
        budgets.After(new StepEnded(Now, refused, false, "refused") { NotBegun = true }).Uses.ShouldBe(others);
    }

    [Theory]
    [InlineData(-3600, -3600)]
    [InlineData(0, 0)]
    [InlineData(3600, 0)]
    public void A_window_of_maintenance_is_moved_only_out_of_the_future(int begins, int moved)
    {
        var window = Window(Now.AddSeconds(begins), TimeSpan.FromHours(2)).NotAfter(Now);
        window.ShouldBe(Window(Now.AddSeconds(moved), TimeSpan.FromHours(2)));
    }

    [Theory]
    [InlineData(1799, true)]
    [InlineData(1800, false)]
    [InlineData(1801, false)]
    public void A_window_of_maintenance_is_over_at_its_end(int secondsLater, bool active)
    {
        var window = Window(Now, TimeSpan.FromMinutes(30));
        window.IsActive(Now.AddSeconds(secondsLater)).ShouldBe(active);
        window.Covers(Scene.Deepseek, Now.AddSeconds(secondsLater)).ShouldBe(active);
        window.Covers(Qwen, Now.AddSeconds(secondsLater)).ShouldBeFalse();
    }

    private static BudgetUse Start(int seconds) => new(StepKind.StartEngine, Scene.Deepseek, Now.AddSeconds(seconds));

    private static Maintenance Window(DateTimeOffset since, TimeSpan length) => new(Scene.Deepseek, since, since + length, "root", "a test");
}
