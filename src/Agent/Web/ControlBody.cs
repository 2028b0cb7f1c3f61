using System.Net.Http.Headers;
using System.Net.Mime;

namespace Agent.Web;

/// <summary>The body of a request on the control socket: JSON, small, and sent without delay.</summary>
internal static class ControlBody
{
    public const long MaxBytes = 64 * 1024;

    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(10);

    /// <returns>Either the bytes, or why they are not read.</returns>
    public static async Task<(ReadOnlyMemory<byte> Bytes, Refusal? Refused)> ReadAsync(HttpContext context, TimeProvider clock)
    {
        if (!IsJson(context.Request.ContentType))
            return (default, new(StatusCodes.Status415UnsupportedMediaType,
                $"the request has {(context.Request.ContentType is null ? "no content type" : "another content type")}, expected Content-Type: "
                + $"application/json in UTF-8"));
        using var late = new CancellationTokenSource(MaxTime, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        using var bytes = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(bytes, end.Token);
            return (bytes.ToArray(), null);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return (default, new(StatusCodes.Status408RequestTimeout, $"the request did not come within {MaxTime.TotalSeconds:0} s"));
        }
        catch (BadHttpRequestException broken)
        {
            return (default, broken.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? new(broken.StatusCode, $"the request has more than the {MaxBytes} bytes that are allowed")
                : new(broken.StatusCode, $"the request broke off or is no HTTP: {broken.Message}"));
        }
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && MediaTypeNames.Application.Json.Equals(type.MediaType, StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || "utf-8".Equals(type.CharSet.Trim('"'), StringComparison.OrdinalIgnoreCase));
}
