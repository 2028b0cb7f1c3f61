using System.Net;
using System.Text.Json;
using Agent.ForeignText;
using Agent.Notifications.Http;

namespace Agent.Notifications.Chats;

/// <summary>
/// The verdict of a vendor that answers by a code of its own. HTTP 200 alone says nothing: a message is sent when the code says so. A code that
/// is not known may be a new name of "too fast", so the message is kept and tried again.
/// </summary>
/// <param name="success">The code of a message that was taken.</param>
/// <param name="codes">The others. Of several rows that fit, the first one counts.</param>
internal sealed class VendorVerdict(string success, IReadOnlyList<VendorCode> codes)
{
    private const int WordsBound = 160;

    /// <param name="answer">What came.</param>
    /// <param name="code">The code in it; empty: there is none.</param>
    /// <param name="words">What the vendor says beside the code. It may repeat the key of the robot.</param>
    /// <param name="address">The robot's, whose keys nobody is told.</param>
    public Delivery Of(HttpAnswer answer, string code, string words, Uri address)
    {
        var isTaken = answer.Status is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices;
        if (isTaken && !answer.IsWhole)
            return new(DeliveryEnd.Retry, "the answer broke off, and nothing tells whether the message was taken");
        if (code != success && codes.FirstOrDefault(c => c.Code == code && words.Contains(c.Where, StringComparison.OrdinalIgnoreCase)) is { } known)
            return new(known.End, $"answered {code}: {known.Says}", known.End == DeliveryEnd.Retry ? Longer(known.Wait, answer.RetryAfter) : null);
        if (!isTaken)
            return answer.ByStatus();
        if (code == success)
            return Delivery.Sent;
        return new(DeliveryEnd.Retry, code.Length == 0
            ? $"answered {(int)answer.Status} without a verdict; something else than the chat may answer at this address"
            : $"answered {Quoted(code, address)}, which is not known here{(words.Length == 0 ? "" : ": " + Quoted(words, address))}");
    }

    /// <summary>The first of these fields that a JSON object has; empty: none.</summary>
    public static string Field(string body, params ReadOnlySpan<string> names)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            foreach (var name in names)
            {
                if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var value))
                    return value.ToString();
            }
        }
        catch (JsonException)
        {
            // A page of a proxy, or half an answer.
        }

        return "";
    }

    private static string Quoted(string words, Uri address) => TextGate.OfPatterns.Clean(MaskedAddress.In(words, address), WordsBound);

    private static TimeSpan? Longer(TimeSpan? one, TimeSpan? other) => one is null || other > one ? other : one;
}
