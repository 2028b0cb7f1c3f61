using Agent.Domain.Observations;
using Agent.ForeignText;
using Agent.Probes;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Probes;

public sealed class ScheduledProbeTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    private readonly FakeTimeProvider _clock = new(Story.Start);
    private readonly List<ProbeLook> _seen = [];
    private readonly CancellationTokenSource _stop = new();

    // Monitoring must not make a sick driver sicker; an engine is looked at however slow it is.
    [Theory]
    [InlineData(true, 1, 0)]
    [InlineData(true, 4, 0)]
    [InlineData(true, 5, 20)]
    [InlineData(true, 10, 40)]
    [InlineData(true, 60, 120)]
    [InlineData(false, 10, 0)]
    public void A_slow_look_at_the_driver_is_followed_by_a_rest(bool asksDriver, int seconds, int rest) =>
        new ScheduledProbe(new Looker(asksDriver), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(15), TextGate.OfPatterns)
            .RestAfter(TimeSpan.FromSeconds(seconds)).ShouldBe(TimeSpan.FromSeconds(rest));

    [Fact]
    public async Task A_look_that_ends_at_its_deadline_could_not_look()
    {
        var look = LookAsync(new Looker(Look: Honouring));
        _clock.Advance(Deadline);
        await look;
        Only().Summary.ShouldBe("gave no answer within 15s");
    }

    [Fact]
    public async Task A_look_that_ignores_its_deadline_is_left_behind()
    {
        var look = LookAsync(new Looker(Look: Ignoring));
        _clock.Advance(Deadline);
        look.IsCompleted.ShouldBeFalse("it gets some time to come back");
        _clock.Advance(TimeSpan.FromSeconds(2));
        await look;
        Only().Summary.ShouldBe("did not come back within 15s and ignores cancellation");
    }

    // A time-out of its own is neither its deadline nor a stop.
    [Fact]
    public async Task A_look_that_cancels_itself_is_a_mistake_of_the_probe()
    {
        await LookAsync(new Looker(Look: _ => throw new TaskCanceledException("a time-out of its own")));
        Only().Summary.ShouldBe("the probe itself failed: a time-out of its own");
    }

    [Fact]
    public async Task A_stop_ends_every_look_without_an_exception_and_without_a_finding()
    {
        List<Task> looks = [LookAsync(new Looker(Look: Honouring)), LookAsync(new Looker(Look: Ignoring))];
        await _stop.CancelAsync();
        looks.Add(LookAsync(new Looker(Look: Honouring)));
        await Task.WhenAll(looks);
        _seen.ShouldBeEmpty();
    }

    // Posting to a loop that stops is cancelled by the loop's token, whatever the token of the look says.
    [Fact]
    public async Task A_look_that_nobody_takes_any_more_is_dropped() =>
        await Turn(new Looker(), _ => ValueTask.FromException(new TaskCanceledException())).OnScheduleAsync(CancellationToken.None);

    private static Task<IReadOnlyList<Observation>> Honouring(CancellationToken cancellation)
    {
        var look = new TaskCompletionSource<IReadOnlyList<Observation>>();
        cancellation.Register(() => look.TrySetCanceled(cancellation));
        return look.Task;
    }

    private static Task<IReadOnlyList<Observation>> Ignoring(CancellationToken cancellation) => new TaskCompletionSource<IReadOnlyList<Observation>>().Task;

    private Observation Only()
    {
        var seen = _seen.ShouldHaveSingleItem().Observations.ShouldHaveSingleItem();
        seen.Verdict.ShouldBe(Verdict.CouldNotLook);
        return seen;
    }

    private Task LookAsync(Looker probe) =>
        Turn(probe, look =>
        {
            _seen.Add(look);
            return ValueTask.CompletedTask;
        }).OnRequestAsync(_stop.Token);

    private ProbeTurn Turn(Looker probe, Func<ProbeLook, ValueTask> seen) =>
        new(new ScheduledProbe(probe, TimeSpan.FromSeconds(10), Deadline, TextGate.OfPatterns), seen, _clock);

    private sealed record Looker(bool AsksDriver = false, Func<CancellationToken, Task<IReadOnlyList<Observation>>>? Look = null) : IProbe
    {
        public string Name => "looker";

        public Subject Subject => Subject.Host;

        public Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation) => Look?.Invoke(cancellation)
            ?? Task.FromResult<IReadOnlyList<Observation>>([]);
    }
}
