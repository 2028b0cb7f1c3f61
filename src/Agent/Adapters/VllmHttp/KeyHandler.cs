using System.Net;
using System.Net.Http.Headers;

namespace Agent.Adapters.VllmHttp;

/// <summary>
/// Puts the API key to each request. When the file of the key was changed, an engine that was started since has the new key and
/// one that was not has the old one: a refusal is followed by one more try with what the file holds now.
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
