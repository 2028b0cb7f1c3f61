using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Configuration.Host;

namespace Agent.Notifications.Http;

/// <summary>
/// Posts to one receiver. No redirects, and no proxy but the configured one: the address in the configuration is the one that is
/// meant. Addresses may hold secrets, so no error text names them.
/// </summary>
internal sealed class HttpReceiver(NotifierSettings settings)
{
    private static readonly Setting<TimeSpan> Timeout = Setting.Duration("timeout", "10s", "1s", "1m", "How long a receiver may take to answer.");

    private static readonly Setting<Uri?> Proxy = new("proxy", "http://proxy.example:3128/", "Left out: no proxy, whatever the environment says.",
        (s, k) => s.Text(k) is not null ? s.HttpAddress(k) : null);

    private static readonly Setting<IReadOnlyDictionary<string, string>> Headers = Setting.Map(
        "headers", "{ X-Scope-OrgID: npu }", "Sent with each request. They are shown nowhere, as some hold keys.", secret: true);

    private static readonly Setting<string?> User = Setting.Text("user", "npu-agent", "The user of basic authentication; its password is in `password_file`.");

    private static readonly Setting<string?> PasswordFile = Setting.SecretFile("password_file", "/etc/npu-agent/receiver.password", "",
        path => SecretFile.Read(path).Problem);

    private static readonly Setting<string?> BearerFile = Setting.SecretFile("bearer_token_file", "/etc/npu-agent/receiver.token", "",
        path => SecretFile.ReadApiKey(path).Problem);

    /// <summary>The keys of every notifier that speaks HTTP.</summary>
    public static readonly SharedSettings Keys = new("Receivers that are spoken to by HTTP also take:",
        Timeout, Proxy, TrustedCertificates.CaFile, Headers, User, PasswordFile, BearerFile);

    private const int AnswerBytes = 64 * 1024;

    private readonly Lock _making = new();
    private (HttpClient Client, DateTime CaWritten)? _made;

    /// <param name="post">What is posted.</param>
    /// <param name="judge">The verdict of the receiver.</param>
    /// <param name="readsAnswer">Whether the verdict is in the body. Otherwise a body that never ends cannot turn a taken notice into a failed one.</param>
    /// <param name="cancellation">The agent stops.</param>
    public async Task<Delivery> PostAsync(HttpPost post, Func<HttpAnswer, Delivery> judge, bool readsAnswer, CancellationToken cancellation)
    {
        var deadline = settings.Of(Timeout);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(deadline);
        try
        {
            var (made, problem) = Request(post);
            if (made is null)
                return new Delivery(DeliveryEnd.Broken, problem!);
            using var request = made;
            using var response = await Client().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var (body, whole) = readsAnswer ? await BodyAsync(response, limit.Token) : ("", true);
            return judge(new HttpAnswer(response.StatusCode, body, whole, RetryAfter(response)));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Delivery.Away($"no answer within {deadline.TotalSeconds:0} s");
        }
        catch (HttpRequestException broken)
        {
            return Delivery.Away($"cannot be reached: {Reason(broken)}");
        }
        catch (Exception unreadable) when (TrustedCertificates.IsUnreadable(unreadable))
        {
            return new Delivery(DeliveryEnd.Broken, $"ca_file cannot be read: {unreadable.Message}");
        }
    }

    /// <summary>What <see cref="PostAsync"/> would send, with the secrets masked.</summary>
    public string Preview(HttpPost post)
    {
        var text = new StringBuilder().AppendLine($"POST {MaskedAddress.Of(post.Address)}").AppendLine($"Content-Type: {post.ContentType}; charset=utf-8");
        foreach (var (name, value) in post.Headers)
            text.AppendLine($"{name}: {(post.SecretHeaders.Contains(name) ? MaskedAddress.Mask : value)}");
        foreach (var name in settings.Of(Headers).Keys)
            text.AppendLine($"{name}: {MaskedAddress.Mask}");
        if (settings.Of(BearerFile) is not null)
            text.AppendLine($"Authorization: Bearer {MaskedAddress.Mask}");
        else if (settings.Of(User) is not null)
            text.AppendLine($"Authorization: Basic {MaskedAddress.Mask}");
        var body = post.Secrets.Aggregate(post.Body, (shown, secret) => shown.Replace(secret, MaskedAddress.Mask, StringComparison.Ordinal));
        return text.AppendLine().AppendLine(body).ToString();
    }

    private (HttpRequestMessage? Request, string? Problem) Request(HttpPost post)
    {
        var (authorization, problem) = Authorization();
        if (problem is not null)
            return (null, problem);
        var request = new HttpRequestMessage(HttpMethod.Post, post.Address) { Content = new StringContent(post.Body, Encoding.UTF8, post.ContentType) };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("npu-agent", null));
        request.Headers.Authorization = authorization;
        foreach (var (name, value) in post.Headers.Concat(settings.Of(Headers)))
            request.Headers.TryAddWithoutValidation(name, value);
        return (request, null);
    }

    private (AuthenticationHeaderValue? Value, string? Problem) Authorization()
    {
        if (settings.Of(BearerFile) is { } tokenFile)
        {
            var (token, problem) = SecretFile.ReadApiKey(tokenFile);
            return token is null ? (null, $"bearer_token_file {tokenFile} {problem}") : (new("Bearer", token), null);
        }

        if (settings.Of(User) is not { } user)
            return (null, null);
        var password = "";
        if (settings.Of(PasswordFile) is { } passwordFile)
        {
            (var read, var problem) = SecretFile.Read(passwordFile);
            if (read is null)
                return (null, $"password_file {passwordFile} {problem}");
            password = read;
        }

        return (new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))), null);
    }

    /// <summary>A new one where the file of certificates was exchanged.</summary>
    private HttpClient Client()
    {
        var file = settings.Of(TrustedCertificates.CaFile);
        var written = file is null ? default : File.GetLastWriteTimeUtc(file);
        lock (_making)
        {
            if (_made is { } made && made.CaWritten == written)
                return made.Client;
            var handler = new SocketsHttpHandler
            {
                UseProxy = settings.Of(Proxy) is not null,
                Proxy = settings.Of(Proxy) is { } proxy ? new WebProxy(proxy) : null,
                AllowAutoRedirect = false,
                UseCookies = false,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                SslOptions = file is null ? new() : new() { CertificateChainPolicy = TrustedCertificates.PolicyOf(file) },
            };
            _made = (new HttpClient(handler) { Timeout = System.Threading.Timeout.InfiniteTimeSpan }, written);
            return _made.Value.Client;
        }
    }

    private static async Task<(string Body, bool IsWhole)> BodyAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var bytes = new byte[AnswerBytes];
        var length = 0;
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            while (length < bytes.Length)
            {
                var read = await body.ReadAsync(bytes.AsMemory(length), cancellation);
                if (read == 0)
                    return (Encoding.UTF8.GetString(bytes, 0, length), true);
                length += read;
            }
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            // What came of it is still worth telling.
        }

        return (Encoding.UTF8.GetString(bytes, 0, length), false);
    }

    // Never the whole message: it may name the address.
    private static string Reason(HttpRequestException broken) => broken.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "its name is not known (NameResolutionError)",
        HttpRequestError.ConnectionError => "nothing answers there (ConnectionError)",
        HttpRequestError.SecureConnectionError => $"its certificate is not trusted, or it speaks no TLS (SecureConnectionError); see ca_file",
        HttpRequestError.ProxyTunnelError => "the proxy does not let it through (ProxyTunnelError)",
        var other => $"{other}",
    };

    // Either form of the header. A date is counted from the receiver's own clock, which may not be this host's.
    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } at } when response.Headers.Date is { } sent => at - sent,
        _ => null,
    };
}
