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

    private readonly FakeTimeProvider _host = new(Story.Start);
    private readonly ProbeTurn _turn;

    public OverdueProbeTests() => _turn = new ProbeTurn(new ScheduledProbe(new Looker(), Interval, Deadline, TextGate.OfPatterns), _ => ValueTask.CompletedTask, new SteadyClock(_host));

    [Fact]
    public async Task A_probe_that_does_not_look_for_longer_than_three_rounds_is_overdue_until_it_looks()
    {
        await _turn.OnScheduleAsync(TestContext.Current.CancellationToken);
        _host.Advance(3 * Interval);
        _turn.Overdue().ShouldBeNull();
        _host.Advance(Interval);
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
        _host.AdjustTime(_host.GetUtcNow().AddHours(hours));
        _host.Advance(Interval);
        _turn.Overdue().ShouldBeNull();
        _host.Advance(3 * Interval);
        _turn.Overdue().ShouldNotBeNull().For.ShouldBe(4 * Interval);
    }

    [Fact]
    public async Task A_probe_that_never_comes_back_is_overdue()
    {
        var stuck = new ProbeTurn(new ScheduledProbe(new Looker(), Interval, Deadline, TextGate.OfPatterns), _ => new ValueTask(new TaskCompletionSource().Task), new SteadyClock(_host));
        await stuck.OnScheduleAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.Zero, TestContext.Current.CancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
        for (var round = 0; round < 5; round++)
        {
            await stuck.OnScheduleAsync(TestContext.Current.CancellationToken);
            _host.Advance(Interval);
        }

        stuck.Overdue().ShouldNotBeNull();
    }

    private sealed class Looker : IProbe
    {
        public string Name => "looker";

        public Subject Subject => Subject.Host;

        public Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Observation>>([]);
    }
}
