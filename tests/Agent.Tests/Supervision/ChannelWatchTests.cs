using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Notifications;
using Agent.Notifications.Queue;
using Agent.Supervision;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Supervision;

public sealed class ChannelWatchTests
{
    private readonly FakeTimeProvider _clock = new(Story.Start);
    private readonly CollectingLog _log = new();
    private readonly ChannelWatch _watch;
    private ChannelState _state = new("oncall");

    public ChannelWatchTests() => _watch = new ChannelWatch(
        () => [new ChannelView(_state, _state.FailingSince is null ? 0 : 2, null, 0), new ChannelView(new ChannelState("other"), 0, null, 0)],
        _clock, _log.CreateLogger<ChannelWatch>());

    [Fact]
    public void A_channel_that_fails_is_in_the_log_when_it_begins_each_hour_and_when_it_is_over()
    {
        Look();
        After(Delivery.Away("cannot be reached: nothing answers there (ConnectionError)"));
        for (var minute = 0; minute < 130; minute++)
        {
            Look();
            _clock.Advance(TimeSpan.FromMinutes(1));
            After(Delivery.Away("no answer within 10 s"));
        }

        After(Delivery.Sent);
        Look();
        Look();
        _log.Lines.ShouldBe(
        [
            "Warning: Nothing reaches 'oncall' since 2026-03-01 03:00:00Z: cannot be reached: nothing answers there (ConnectionError) (2 notices wait). "
                + "It is tried on; npu-agent notify list shows more",
            "Warning: Nothing reaches 'oncall' since 2026-03-01 03:00:00Z: no answer within 10 s (2 notices wait). "
                + "It is tried on; npu-agent notify list shows more",
            "Warning: Nothing reaches 'oncall' since 2026-03-01 03:00:00Z: no answer within 10 s (2 notices wait). "
                + "It is tried on; npu-agent notify list shows more",
            "Information: Messages reach 'oncall' again, after 2h10m",
        ]);
    }

    [Fact]
    public void While_it_fails_it_is_a_fault_that_names_it_and_then_it_is_well()
    {
        Look().Verdict.ShouldBe(Verdict.Healthy);
        After(new Delivery(DeliveryEnd.Broken, "the robot does not know its key"));
        var seen = Look();
        seen.Fault.ShouldBe(FaultCodes.NotifierFailing);
        seen.Summary.ShouldBe("nothing reaches 'oncall' since 2026-03-01 03:00:00Z: the robot does not know its key (2 notices wait)");
        After(Delivery.Sent);
        Look().Verdict.ShouldBe(Verdict.Healthy);
    }

    [Fact]
    public async Task What_failed_when_an_earlier_agent_ended_is_told_from_the_start()
    {
        After(Delivery.Away("no answer within 10 s"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        List<Observation> seen = [];
        var running = _watch.RunAsync(
            message =>
            {
                seen.Add(((ChannelsLooked)message).Seen);
                return ValueTask.CompletedTask;
            },
            stop.Token);
        seen.ShouldHaveSingleItem().Fault.ShouldBe(FaultCodes.NotifierFailing);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
    }

    /// <summary>It is there and would take others, so nobody has to mend it.</summary>
    [Fact]
    public void A_receiver_that_rejects_one_notice_does_not_fail()
    {
        After(new Delivery(DeliveryEnd.Rejected, "answered 400"));
        Look().Verdict.ShouldBe(Verdict.Healthy);
        _log.Lines.ShouldBeEmpty();
    }

    private Observation Look() => _watch.Look();

    private void After(Delivery delivery) => _state = _state.After(delivery, _clock.GetUtcNow());
}
