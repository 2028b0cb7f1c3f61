using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Agent.ForeignText;

namespace Agent.Web;

/// <summary>
/// Writes answers. Requests that read get text or JSON. Requests that want to change something always get a <see cref="ControlAnswer"/>.
/// </summary>
internal static class Answers
{
    public static Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
            return SayAsync(context, refusal.Status, refusal.Text + "\n");
        context.Response.StatusCode = refusal.Status;
        return WriteAsync(context, new ControlAnswer(false, refusal.Text), ControlJson.Default.ControlAnswer);
    }

    public static Task SayAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(Printable.Lines(text));
    }

    public static async Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, type);
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
