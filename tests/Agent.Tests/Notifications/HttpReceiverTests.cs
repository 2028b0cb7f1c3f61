using Agent.Notifications;
using Agent.Notifications.Http;

namespace Agent.Tests.Notifications;

public sealed class HttpReceiverTests
{
    [Theory]
    [InlineData(200, nameof(DeliveryEnd.Sent), null)]
    [InlineData(204, nameof(DeliveryEnd.Sent), null)]
    [InlineData(302, nameof(DeliveryEnd.Broken), null)]
    [InlineData(401, nameof(DeliveryEnd.Broken), null)]
    [InlineData(403, nameof(DeliveryEnd.Broken), null)]
    [InlineData(404, nameof(DeliveryEnd.Broken), null)]
    [InlineData(407, nameof(DeliveryEnd.Broken), null)]
    [InlineData(410, nameof(DeliveryEnd.Broken), null)]
    [InlineData(400, nameof(DeliveryEnd.Rejected), null)]
    [InlineData(408, nameof(DeliveryEnd.Retry), null)]
    [InlineData(429, nameof(DeliveryEnd.Retry), 17)]
    [InlineData(503, nameof(DeliveryEnd.Retry), 17)]
    public async Task The_status_is_the_verdict(int status, string end, int? retryAfter)
    {
        using var receiver = new OneAnswer(status, retryAfter);
        var delivery = await PostAsync(receiver.Address);
        delivery.End.ToString().ShouldBe(end);
        delivery.RetryAfter.ShouldBe(retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        receiver.Body.ShouldBe("{}");
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_tried_again_and_its_address_is_not_told()
    {
        var delivery = await PostAsync(new Uri("http://127.0.0.1:1/hook?token=hidden"));
        delivery.End.ShouldBe(DeliveryEnd.Retry);
        delivery.Problem.ShouldContain("cannot be reached");
        delivery.Problem.ShouldNotContain("hidden");
        delivery.HoldsChannel.ShouldBeTrue();
    }

    private static Task<Delivery> PostAsync(Uri address, string settings = "", bool readsAnswer = false) =>
        new HttpReceiver(Receivers.Of("webhooks", $"name: a, url: \"{address}\"{settings}"))
            .PostAsync(new HttpPost(address, "{}"), answer => answer.ByStatus(), readsAnswer, CancellationToken.None);
}
