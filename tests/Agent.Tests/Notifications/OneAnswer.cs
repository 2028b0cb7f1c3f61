using System.Net;
using System.Text;

namespace Agent.Tests.Notifications;

/// <summary>An HTTP server for one request.</summary>
internal sealed class OneAnswer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task<string> _served;

    public OneAnswer(int status, int? retryAfter = null, string answer = "")
    {
        // A port that the system names free; another process could take it in between, which fails the test and nothing else.
        using (var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/hook");
        }

        _listener.Prefixes.Add(Address.GetLeftPart(UriPartial.Authority) + "/");
        _listener.Start();
        _served = ServeAsync(status, retryAfter, answer);
    }

    public Uri Address { get; }

    public string Body => _served.GetAwaiter().GetResult();

    /// <summary>Of the request, once it was answered.</summary>
    public System.Collections.Specialized.NameValueCollection Headers { get; private set; } = [];

    public void Dispose() => _listener.Close();

    private async Task<string> ServeAsync(int status, int? retryAfter, string answer)
    {
        var context = await _listener.GetContextAsync();
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        Headers = context.Request.Headers;
        context.Response.StatusCode = status;
        if (retryAfter is { } seconds)
            context.Response.AddHeader("Retry-After", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (answer.Length == 0)
            context.Response.Close();
        else
            context.Response.Close(Encoding.UTF8.GetBytes(answer), willBlock: false);
        return body;
    }
}
