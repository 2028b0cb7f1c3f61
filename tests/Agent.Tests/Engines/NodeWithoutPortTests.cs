using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Agent.Adapters.VllmHttp;
using Agent.Engines.Logs;
using Agent.Engines.Runs;
using Agent.Engines.Starting;
using Agent.ForeignText;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines;

/// <summary>Engines that are asked in another way than by plain HTTP, or not at all.</summary>
public sealed class NodeWithoutPortTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_start_of_a_node_without_a_front_end_ends_with_that_of_its_engine_core()
    {
        var log = Captures.Read("reports/52-headless-head-died.head.log");
        StageOf(log, hasFrontEnd: false).ShouldBe(StartupStage.Serving);
        StageOf(log, hasFrontEnd: true).ShouldBe(StartupStage.EngineReady, "HTTP follows");
        StageOf(log[..log.IndexOf("Loading weights took", StringComparison.Ordinal)], hasFrontEnd: false).ShouldBe(StartupStage.LoadingWeights);
    }

    [Fact]
    public async Task It_is_asked_nothing_and_whoever_has_its_port_is_not_asked_in_its_place()
    {
        using var http = new VllmClient(null, null, TimeProvider.System, isOfThisHost: true);
        var answer = await http.ModelsAsync(Limit, CancellationToken.None);
        answer.Value.ShouldBeNull();
        answer.Problem.ShouldBe("it has no port by design (headless)");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_speaks_TLS_is_asked_whoever_signed_its_certificate_and_another_host_is_not_trusted(bool isOfThisHost)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener);
        using var http = new VllmClient(new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"), null, TimeProvider.System, isOfThisHost);
        (await http.HealthAsync(Limit, CancellationToken.None)).End.ShouldBe(isOfThisHost ? VllmEnd.Answered : VllmEnd.Failed);
        listener.Stop();
        await serving;
    }

    public void Dispose() => _folder.Dispose();

    private StartupStage StageOf(string text, bool hasFrontEnd)
    {
        File.WriteAllText(_folder.File("a.log"), text);
        return new EngineLog(new EngineRun(1, 0, "", Story.Start, _folder.File("a.log"), ""), new FakeTimeProvider(Story.Start), TextGate.OfPatterns,
            hasFrontEnd: hasFrontEnd).Read().Stage;
    }

    private static async Task ServeAsync(TcpListener listener)
    {
        using var key = RSA.Create(2048);
        using var made = new CertificateRequest("CN=engine", key, HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
        try
        {
            using var client = await listener.AcceptTcpClientAsync();
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(certificate);
            _ = await tls.ReadAsync(new byte[4096]);
            await tls.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
        }
        catch (Exception refused) when (refused is IOException or System.Security.Authentication.AuthenticationException or SocketException
            or ObjectDisposedException)
        {
            // The client does not trust it.
        }
    }
}
