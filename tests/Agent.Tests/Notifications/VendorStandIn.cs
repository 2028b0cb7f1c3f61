using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Agent.Tests.Notifications;

/// <summary>Answers as a vendor does: every request in the same way, down to an answer that breaks off.</summary>
internal sealed class VendorStandIn : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<(string Target, string Body)> _got = new();
    private readonly string _answer;
    private readonly bool _breaksOff;

    /// <param name="status">Of HTTP.</param>
    /// <param name="body">What the vendor says.</param>
    /// <param name="retryAfter">In seconds.</param>
    /// <param name="breaksOff">The connection ends in the middle of the body.</param>
    public VendorStandIn(int status, string body, int? retryAfter = null, bool breaksOff = false)
    {
        var length = Encoding.UTF8.GetByteCount(body) + (breaksOff ? 100 : 0);
        var wait = retryAfter is { } seconds ? $"Retry-After: {seconds.ToString(CultureInfo.InvariantCulture)}\r\n" : "";
        _answer = $"HTTP/1.1 {status} Said\r\nContent-Length: {length}\r\nConnection: close\r\n{wait}\r\n{body}";
        _breaksOff = breaksOff;
        _listener.Start();
        _ = ServeAsync();
    }

    /// <summary>What came: path and query, and the body.</summary>
    public IReadOnlyList<(string Target, string Body)> Got => [.. _got];

    /// <param name="path">Path and query.</param>
    public string At(string path) => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}{path}";

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await AnswerAsync(client);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        var target = (await reader.ReadLineAsync())!.Split(' ')[1];
        var length = 0;
        while (await reader.ReadLineAsync() is { Length: > 0 } header)
        {
            if (header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                length = int.Parse(header["Content-Length:".Length..], CultureInfo.InvariantCulture);
        }

        var body = new StringBuilder();
        for (var bytes = 0; bytes < length;)
        {
            var one = new char[1];
            if (await reader.ReadAsync(one) == 0)
                break;
            body.Append(one[0]);
            // A pair of surrogates is four bytes, half of them with each.
            bytes += char.IsSurrogate(one[0]) ? 2 : Encoding.UTF8.GetByteCount(one);
        }

        _got.Enqueue((target, body.ToString()));
        await stream.WriteAsync(Encoding.UTF8.GetBytes(_answer));
        if (_breaksOff)
            client.LingerState = new LingerOption(true, 0);
    }
}
