using System.Net;
using System.Net.Http.Headers;

namespace Agent.Adapters.VllmHttp;

/// <summary>
/// Adds the API key to each request. After a change of the key's file, an engine that was started since then has the new key, and every other engine
/// has the old one. So a refusal is followed by one more try with the key that the file holds now.
/// </summary>
internal sealed class KeyHandler(ApiKey key, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await SendWithKeyAsync(request, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.Unauthorized || !key.Renew())
            return answer;
        answer.Dispose();
        return await SendWithKeyAsync(request, cancellationToken);
    }

    private Task<HttpResponseMessage> SendWithKeyAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key.Text);
        }
        catch (KeyWithheldException none)
        {
            throw new HttpRequestException(none.Message, none);
        }

        return base.SendAsync(request, cancellation);
    }
}
