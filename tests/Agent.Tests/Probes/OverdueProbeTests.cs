using Agent.Adapters;
using Agent.Domain.Observations;
using Agent.ForeignText;
using Agent.Probes;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Probes;

public sealed class OverdueProbeTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _passing = new(Story.Start);
    private readonly SettableClock _host;
    private readonly ProbeTurn _turn;

    public OverdueProbeTests()
    {
        _host = new SettableClock(_passing);
        _turn = Turn(_ => ValueTask.CompletedTask);
    }

    [Fact]
    public async Task A_probe_that_does_not_look_for_longer_than_three_rounds_is_overdue_until_it_looks()
    {
        await _turn.OnScheduleAsync(TestContext.Current.CancellationToken);
        _passing.Advance(3 * Interval);
        _turn.Overdue().ShouldBeNull();
        _passing.Advance(Interval);
        var late = _turn.Overdue().ShouldNotBeNull();
        late.Since.ShouldBe(Story.Start);
        late.Text.ShouldBe("looker of host has not looked for 40s, allowed are 37s");
        await _turn.OnScheduleAsync(TestContext.Current.CancellationToken);
        _turn.Overdue().ShouldBeNull();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(-1)]
    [InlineData(-8)]
    public async Task A_clock_that_is_set_makes_no_probe_overdue_and_hides_none(int hours)
    {
        await _turn.OnScheduleAsync(TestContext.Current.CancellationToken);
        _host.SetBy = TimeSpan.FromHours(hours);
        _passing.Advance(Interval);
        _turn.Overdue().ShouldBeNull();
        _passing.Advance(3 * Interval);
        _turn.Overdue().ShouldNotBeNull().For.ShouldBe(4 * Interval);
    }

    [Fact]
    public async Task A_probe_whose_look_nobody_takes_is_overdue()
    {
        var taken = new TaskCompletionSource();
        var stuck = Turn(_ => new ValueTask(taken.Task));
        var waits = stuck.OnScheduleAsync(TestContext.Current.CancellationToken);
        _passing.Advance(5 * Interval);
        await stuck.OnScheduleAsync(TestContext.Current.CancellationToken);
        stuck.Overdue().ShouldNotBeNull();
        taken.SetResult();
        await waits;
    }

    private ProbeTurn Turn(Func<ProbeLook, ValueTask> seen) =>
        new(new ScheduledProbe(new Looker(), Interval, Deadline, TextGate.OfPatterns), seen, new SteadyClock(_host));

    private sealed class Looker : IProbe
    {
        public string Name => "looker";

        public Subject Subject => Subject.Host;

        public Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Observation>>([]);
    }
}
