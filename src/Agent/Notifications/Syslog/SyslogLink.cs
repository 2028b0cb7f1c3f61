using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Agent.Notifications.Syslog;

/// <summary>
/// Brings records to a syslog daemon, over a connection of its own each. Syslog has no answer, so this is what is known of a record that counts as sent:
/// over TCP and TLS the daemon read to its end and closed, or at least did not break the connection; into a local socket it was put; over UDP it left,
/// and the host did not say at once that nobody listens. Whether the daemon kept it is told by none of these.
/// </summary>
internal sealed class SyslogLink(SyslogAddress address)
{
    // Some daemons leave a connection open that the other side has ended.
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(1);

    // On its own host or in its own net an answer takes less.
    private static readonly TimeSpan LongestRefusal = TimeSpan.FromMilliseconds(200);

    /// <param name="record">One record.</param>
    /// <param name="trusted">From where a certificate has to come; null: the system decides.</param>
    /// <param name="cancellation">The time is over.</param>
    public async Task<Delivery> SendAsync(byte[] record, X509ChainPolicy? trusted, CancellationToken cancellation)
    {
        try
        {
            await (address.Transport switch
            {
                SyslogTransport.Udp => DatagramAsync(new Socket(SocketType.Dgram, ProtocolType.Udp), record, cancellation),
                SyslogTransport.Local => DatagramAsync(new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified), record, cancellation),
                _ => StreamAsync(record, trusted, cancellation),
            });
            return Delivery.Sent;
        }
        catch (AuthenticationException)
        {
            return new Delivery(DeliveryEnd.Broken,
                "its certificate is not trusted, is for another name, or it speaks no TLS at this port; see address and ca_file");
        }
        catch (SocketException broken)
        {
            return Delivery.Away($"cannot be reached: {ConnectionWords.Of(broken)}");
        }
        catch (IOException broken)
        {
            return Delivery.Away($"cannot be reached: {ConnectionWords.Of(broken)}");
        }
    }

    /// <summary>Octet counting (RFC 5425, RFC 6587): a line end in a record would not end it.</summary>
    public static byte[] Framed(byte[] record) => [.. Encoding.ASCII.GetBytes($"{record.Length} "), .. record];

    private async Task StreamAsync(byte[] record, X509ChainPolicy? trusted, CancellationToken cancellation)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Place, address.Port, cancellation);
        await using var plain = new NetworkStream(socket);
        if (address.Transport == SyslogTransport.Tls)
        {
            await using var secured = new SslStream(plain, leaveInnerStreamOpen: true);
            await secured.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = address.Place, CertificateChainPolicy = trusted }, cancellation);
            await secured.WriteAsync(Framed(record), cancellation);
            await secured.ShutdownAsync();
        }
        else
        {
            await plain.WriteAsync(Framed(record), cancellation);
        }

        socket.Shutdown(SocketShutdown.Send);
        await HeardAsync(socket, LongestGoodbye, cancellation);
    }

    private async Task DatagramAsync(Socket made, byte[] record, CancellationToken cancellation)
    {
        using var socket = made;
        if (address.Transport == SyslogTransport.Local)
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(address.Place), cancellation);
        else
            await socket.ConnectAsync(address.Place, address.Port, cancellation);
        await socket.SendAsync(record, cancellation);
        if (address.Transport == SyslogTransport.Udp)
            await HeardAsync(socket, LongestRefusal, cancellation);
    }

    /// <summary>Reads until the other side closes.</summary>
    /// <exception cref="SocketException">It broke the connection, or nobody listens there.</exception>
    private static async Task HeardAsync(Socket socket, TimeSpan longest, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(longest);
        var ignored = new byte[512];
        try
        {
            while (await socket.ReceiveAsync(ignored, limit.Token) > 0)
            {
                // A syslog daemon has nothing to say.
            }
        }
        catch (OperationCanceledException)
        {
            // The record left all the same.
        }
    }
}
