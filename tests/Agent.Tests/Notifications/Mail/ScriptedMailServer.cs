using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Agent.Tests.Notifications.Mail;

/// <summary>A mail server, line by line, whose answers a test writes down before. Without a script it takes everything.</summary>
internal sealed class ScriptedMailServer : IDisposable
{
    /// <summary>It breaks the connection instead of an answer.</summary>
    public const string Cut = "cut";

    /// <summary>It says nothing more.</summary>
    public const string Silent = "silent";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, string?> _answer;
    private readonly X509Certificate2? _certificate;

    /// <param name="answer">The answer to a command; null: the usual one. CONNECT stands for the connection, END for the end of a mail.</param>
    /// <param name="certificate">It speaks TLS with this one.</param>
    public ScriptedMailServer(Func<string, string?>? answer = null, X509Certificate2? certificate = null)
    {
        (_answer, _certificate) = (answer ?? (_ => null), certificate);
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Lines behind its name in the answer to EHLO.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>TLS from the first byte.</summary>
    public bool IsImplicit { get; init; }

    public List<string> Commands { get; } = [];

    public List<string> Mails { get; } = [];

    public IEnumerable<string> Recipients => Commands.Where(c => c.StartsWith("RCPT", StringComparison.Ordinal)).Select(c => c.Split('<', '>')[1]);

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        while (true)
        {
            using var client = await _listener.AcceptTcpClientAsync();
            try
            {
                await TalkAsync(client.GetStream());
            }
            catch (Exception gone) when (gone is IOException or AuthenticationException)
            {
                // A client that does not trust the certificate goes away.
            }
        }
    }

    private async Task TalkAsync(Stream stream)
    {
        if (IsImplicit)
            stream = await SecuredAsync(stream);
        var reader = new StreamReader(stream, Encoding.Latin1);
        if (!await SayAsync(stream, _answer("CONNECT") ?? "220 mail.example ESMTP"))
            return;
        while (await reader.ReadLineAsync() is { } command)
        {
            Commands.Add(command);
            if (!await SayAsync(stream, _answer(command) ?? Usual(command.Split(' ')[0])))
                return;
            if (command == "STARTTLS" && _certificate is not null)
                reader = new StreamReader(stream = await SecuredAsync(stream), Encoding.Latin1);
            else if (command == "DATA" && _answer(command) is null && !await TakeAsync(stream, reader))
                return;
        }
    }

    private async Task<bool> TakeAsync(Stream stream, StreamReader reader)
    {
        var mail = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line and not ".")
            mail.Append(line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line).Append("\r\n");
        Mails.Add(mail.ToString());
        return await SayAsync(stream, _answer("END") ?? "250 2.0.0 queued");
    }

    private string Usual(string verb) => verb switch
    {
        "EHLO" => string.Join("\r\n", [.. Extensions.Prepend("mail.example").Select(e => "250-" + e), "250 8BITMIME"]),
        "STARTTLS" => "220 go on",
        "AUTH" => "235 2.7.0 welcome",
        "DATA" => "354 go on",
        "QUIT" => "221 bye",
        _ => "250 2.0.0 ok",
    };

    private static async Task<bool> SayAsync(Stream stream, string answer)
    {
        if (answer == Silent)
            await stream.ReadExactlyAsync(new byte[1]);
        if (answer is Cut or Silent)
            return false;
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer + "\r\n"));
        return true;
    }

    private async Task<Stream> SecuredAsync(Stream stream)
    {
        var secured = new SslStream(stream);
        await secured.AuthenticateAsServerAsync(_certificate!);
        return secured;
    }
}
