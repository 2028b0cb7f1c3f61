using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Agent.EndToEndTests;

/// <summary>A mail server that takes everything, and a syslog daemon: receivers that are not spoken to by HTTP.</summary>
internal sealed partial class SocketReceivers : IDisposable
{
    private readonly TcpListener _mail = new(IPAddress.Loopback, 0);
    private readonly UdpClient _syslog = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly ConcurrentQueue<string> _texts = new();

    public SocketReceivers()
    {
        _mail.Start();
        _ = TakeMailsAsync();
        _ = TakeRecordsAsync();
    }

    public int MailPort => ((IPEndPoint)_mail.LocalEndpoint).Port;

    public int SyslogPort => ((IPEndPoint)_syslog.Client.LocalEndPoint!).Port;

    /// <summary>Mails and records as their readers see them.</summary>
    public IEnumerable<string> Texts => _texts;

    public void Dispose()
    {
        _mail.Dispose();
        _syslog.Dispose();
    }

    private async Task TakeRecordsAsync()
    {
        // The mark of UTF-8 before the text is the format's own.
        while (true)
            _texts.Enqueue(Encoding.UTF8.GetString((await _syslog.ReceiveAsync()).Buffer).Replace("\uFEFF", "", StringComparison.Ordinal));
    }

    private async Task TakeMailsAsync()
    {
        while (true)
        {
            using var client = await _mail.AcceptTcpClientAsync();
            try
            {
                await TakeMailAsync(client.GetStream());
            }
            catch (IOException)
            {
                // An agent that was killed in the middle comes again.
            }
        }
    }

    private async Task TakeMailAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1);
        await SayAsync("220 mail.example");
        while (await reader.ReadLineAsync() is { } command)
        {
            await SayAsync(command == "DATA" ? "354 go on" : command == "QUIT" ? "221 bye" : "250 ok");
            if (command != "DATA")
                continue;
            var mail = new StringBuilder();
            while (await reader.ReadLineAsync() is { } line and not ".")
                mail.Append(line).Append('\n');
            _texts.Enqueue(Read(mail.ToString()));
            await SayAsync("250 queued");
        }

        ValueTask SayAsync(string answer) => stream.WriteAsync(Encoding.ASCII.GetBytes(answer + "\r\n"));
    }

    /// <summary>Quoted-printable as its reader sees it.</summary>
    private static string Read(string mail) =>
        Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(
            Quoted().Replace(mail, m => m.Groups[1].Success ? $"{(char)Convert.ToByte(m.Groups[1].Value, 16)}" : "")));

    [GeneratedRegex("=(?:\n|([0-9A-F]{2}))", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Quoted();
}
