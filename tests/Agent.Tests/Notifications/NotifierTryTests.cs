using Agent.Notifications;
using Agent.Notifications.Queue;
using Agent.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Notifications;

/// <summary>A notifier's own mistake is a failed try on every way to it, and ends nothing else.</summary>
public sealed class NotifierTryTests
{
    [Fact]
    public async Task A_mistake_is_a_failed_try()
    {
        (await new ScriptedNotifier("a") { Throws = true }.TellAsync(new TestNotice("t", Story.Start), CancellationToken.None))
            .ShouldBe(new Delivery(DeliveryEnd.Retry, "a mistake of the notifier"));
        using var asked = new CancellationTokenSource();
        await asked.CancelAsync();
        await Should.ThrowAsync<InvalidOperationException>(() =>
            new ScriptedNotifier("a") { Throws = true }.TellAsync(new TestNotice("t", Story.Start), asked.Token));
    }

    [Fact]
    public async Task A_heartbeat_that_cannot_be_sent_is_noted_and_the_next_one_follows()
    {
        var clock = new FakeTimeProvider(Story.Start);
        var noted = System.Threading.Channels.Channel.CreateUnbounded<Delivery>();
        var notifier = new ScriptedNotifier("a") { Throws = true };
        var receiver = new Receiver(Receivers.Of("webhooks", "name: a, url: \"http://a\", heartbeat: 1h"));
        var heartbeats = new ReceiverHeartbeats([(notifier, receiver)], new Recollection(TimeSpan.FromHours(6)), _ => [], clock,
            (_, delivery) => noted.Writer.TryWrite(delivery).ShouldBeTrue());
        using var asked = new CancellationTokenSource();
        var running = heartbeats.RunAsync(asked.Token);
        (await noted.Reader.ReadAsync(TestContext.Current.CancellationToken)).Problem.ShouldBe("a mistake of the notifier");
        notifier.Throws = false;
        clock.Advance(TimeSpan.FromHours(1));
        (await noted.Reader.ReadAsync(TestContext.Current.CancellationToken)).ShouldBe(Delivery.Sent);
        await asked.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
    }
}
