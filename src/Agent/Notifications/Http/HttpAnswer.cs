using System.Net;

namespace Agent.Notifications.Http;

/// <summary>What a receiver answered.</summary>
/// <param name="Body">Its beginning; empty where the notifier does not read it.</param>
/// <param name="IsWhole">False: the connection broke, or the answer is longer than any verdict.</param>
internal sealed record HttpAnswer(HttpStatusCode Status, string Body, bool IsWhole, TimeSpan? RetryAfter)
{
    /// <summary>
    /// The verdict of HTTP. 2xx is success; 408, 429 and 5xx are worth another try. Where the address or the right to use it is wrong, a
    /// person has to mend it. Any other answer means that this one request is not wanted.
    /// </summary>
    public Delivery ByStatus()
    {
        var problem = $"answered {(int)Status}";
        return Status switch
        {
            >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => Delivery.Sent,
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
                new(DeliveryEnd.Retry, problem, RetryAfter),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
                new(DeliveryEnd.Broken, $"{problem}: the receiver is somewhere else; redirects are not followed, so correct its address"),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.ProxyAuthenticationRequired =>
                new(DeliveryEnd.Broken, $"{problem}: the receiver does not let the agent in; look at its user, password or token"),
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.Gone =>
                new(DeliveryEnd.Broken, $"{problem}: nothing takes notices at this address; look at the path in it"),
            _ => new(DeliveryEnd.Rejected, problem),
        };
    }
}

/// <summary>What is posted.</summary>
internal sealed record HttpPost(Uri Address, string Body)
{
    public string ContentType { get; init; } = "application/json";

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Names of headers whose values are shown to nobody.</summary>
    public IReadOnlyList<string> SecretHeaders { get; init; } = [];

    /// <summary>Parts of the body that are shown to nobody.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];
}
