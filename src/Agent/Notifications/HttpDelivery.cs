using System.Net;

namespace Agent.Notifications;

/// <summary>
/// Posts to a receiver. No redirects and no proxy: the address in the configuration is the one that is meant. Addresses may
/// hold secrets, so no error text names them.
/// </summary>
internal static class HttpDelivery
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private static readonly HttpClient Http =
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };

    public static async Task<Delivery> PostAsync(Uri address, string json, IEnumerable<KeyValuePair<string, string>> headers, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Deadline);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address)
            {
                Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json"),
            };
            foreach (var (name, value) in headers)
                request.Headers.Add(name, value);
            // The status is the verdict. A body that is too long or never ends must not turn a taken notice into a failed one.
            using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return Judge(response);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Delivery(DeliveryEnd.Retry, $"no answer within {Deadline.TotalSeconds:0} s");
        }
        catch (HttpRequestException broken)
        {
            return new Delivery(DeliveryEnd.Retry, $"cannot be reached: {broken.HttpRequestError}");
        }
    }

    // 2xx is success; 408, 429 and 5xx are worth another try; any other answer means that this request is not wanted.
    private static Delivery Judge(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
            return Delivery.Sent;
        var problem = $"answered {(int)response.StatusCode}";
        return response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500
            ? new Delivery(DeliveryEnd.Retry, problem, RetryAfter(response))
            : new Delivery(DeliveryEnd.Rejected, problem);
    }

    // Either form of the header. A date is counted from the receiver's own clock, which may not be this host's.
    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } at } when response.Headers.Date is { } sent => at - sent,
        _ => null,
    };
}
