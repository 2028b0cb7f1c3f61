using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Configuration.Host;
using Agent.Notifications.Http;
using Agent.Notifications.Mail;
using Agent.Notifications.Texts;
using MailKit.Net.Smtp;
using MimeKit;

namespace Agent.Notifications.Channels;

/// <summary>
/// Mail by SMTP, one thread for each incident. A recipient that is refused for good is no failure of the others, and is told. One that is put off
/// (4xx, as servers do with senders that they do not know) is tried again alone: what the others have is kept in memory, so they may get the same
/// mail twice only if the agent is started anew in between. It has the same Message-ID then.
/// </summary>
internal sealed class MailNotifier(NotifierSettings settings, NotifierParts parts) : INotifier
{
    public static readonly DeclaredNotifier Declared = new("mail", "mail", "People who get mail, by way of your mail server.", MailSettings.Keys)
    {
        Shared = [Receiver.Keys, Receiver.ReportKeys],
    };

    // A server that does not say how much it takes takes this much, or nothing.
    private const int SmallText = 4 * 1024;
    private const int MostText = 1024 * 1024;
    private const int MostKept = 64;

    private readonly MailSettings _mail = new(settings);
    private readonly Voice _voice = parts.VoiceFor(settings);
    private readonly ConcurrentDictionary<string, Settled> _settled = new(StringComparer.Ordinal);

    public string Name => settings.Name;

    public ChannelTraits Traits { get; } = new() { IsForPeople = true, Merges = true };

    public async Task<Delivery> SendAsync(Notice notice, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_mail.Timeout);
        X509ChainPolicy? trusted;
        try
        {
            trusted = _mail.CaFile is { } file ? TrustedCertificates.PolicyOf(file) : null;
        }
        catch (Exception unreadable) when (TrustedCertificates.IsUnreadable(unreadable))
        {
            return new Delivery(DeliveryEnd.Broken, $"ca_file cannot be read: {unreadable.Message}");
        }

        using var session = new SmtpSession { CheckCertificateRevocation = false, ServerCertificateValidationCallback = TrustedCertificates.Judge(trusted) };
        // The library's own choice is the address in brackets, which some servers refuse.
        if (Uri.CheckHostName(parts.Host) == UriHostNameType.Dns)
            session.LocalDomain = parts.Host;
        try
        {
            if (await OpenAsync(session, limit.Token) is { } problem)
                return new Delivery(DeliveryEnd.Broken, problem);
            var delivery = await SendAsync(session, notice, limit.Token);
            await CloseAsync(session, limit.Token);
            return delivery;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Delivery.Away($"no answer within {_mail.Timeout.TotalSeconds:0} s");
        }
        catch (Exception broken) when (SmtpWords.Verdict(broken, session.Accepted.Count > 0) is { } verdict)
        {
            return verdict;
        }
    }

    /// <summary>The mail in 8 bits, as people can read it; the server gets the same in quoted-printable.</summary>
    public string Preview(Notice notice)
    {
        var text = new StringBuilder($"SMTP {_mail.Server}:{_mail.Port} ({_mail.SecurityWord})\n");
        if (_mail.User is { } user)
            text.Append($"AUTH {user} {MaskedAddress.Mask}\n");
        text.Append($"MAIL FROM:<{_mail.From.Address}>\n");
        foreach (var to in _mail.To)
            text.Append($"RCPT TO:<{to.Address}>\n");
        var message = Compose(notice, MostText);
        foreach (var part in message.BodyParts.OfType<MimePart>())
            part.ContentTransferEncoding = ContentEncoding.EightBit;
        using var written = new MemoryStream();
        message.WriteTo(new FormatOptions { NewLineFormat = NewLineFormat.Unix, International = true }, written);
        return text.Append("DATA\n").Append(Encoding.UTF8.GetString(written.ToArray())).ToString();
    }

    private MimeMessage Compose(Notice notice, int bytes) =>
        new LetterText(_voice, Pages.Of(settings), _mail.From.Domain, parts.Clock).Of(notice, bytes, withPage: bytes == MostText).ToMime(_mail.From, _mail.To);

    /// <returns>What a person has to mend; null: nothing.</returns>
    private async Task<string?> OpenAsync(SmtpSession session, CancellationToken cancellation)
    {
        try
        {
            await session.ConnectAsync(_mail.Server, _mail.Port, _mail.Security, cancellation);
        }
        catch (NotSupportedException)
        {
            return "the mail server offers no STARTTLS at this port; look at port, or set security to tls";
        }

        if (_mail.User is not { } user)
            return null;
        var (password, problem) = SecretFile.Read(_mail.PasswordFile!);
        if (password is null)
            return $"password_file {_mail.PasswordFile} {problem}";
        try
        {
            await session.AuthenticateAsync(user, password, cancellation);
            return null;
        }
        catch (NotSupportedException)
        {
            return "the mail server takes no login, or in no way that is known here; leave user and password_file out, or look at port and security";
        }
    }

    private async Task<Delivery> SendAsync(SmtpSession session, Notice notice, CancellationToken cancellation)
    {
        var before = _settled.GetValueOrDefault(notice.Key, Settled.Nobody);
        List<MailboxAddress> to = [.. _mail.To.Where(t => !before.Recipients.Contains(t.Address))];
        var bytes = MostText;
        var message = Compose(notice, bytes);
        while (session.MaxSize > 0 && bytes > SmallText && Size(message) > session.MaxSize)
            message = Compose(notice, bytes /= 2);
        try
        {
            await session.SendAsync(message, _mail.From, to, cancellation);
        }
        catch (SmtpCommandException large) when (SmtpWords.IsTooLarge(large) && bytes > SmallText)
        {
            try
            {
                await session.SendAsync(Compose(notice, SmallText), _mail.From, to, cancellation);
            }
            catch (SmtpCommandException nobody) when (nobody.ErrorCode == SmtpErrorCode.RecipientNotAccepted)
            {
                // The recipients' own verdicts tell.
            }
        }
        catch (SmtpCommandException nobody) when (nobody.ErrorCode == SmtpErrorCode.RecipientNotAccepted)
        {
            // The recipients' own verdicts tell.
        }

        return Sum(notice.Key, before, session);
    }

    /// <summary>Sums up what the server said of each recipient, now and at earlier tries.</summary>
    private Delivery Sum(string key, Settled before, SmtpSession session)
    {
        var later = session.Refused.Where(r => SmtpWords.IsForNow(r.Answer)).ToList();
        var never = session.Refused.Except(later).ToList();
        var settled = new Settled(
            [.. before.Recipients, .. session.Accepted.Select(a => a.Address), .. never.Select(r => r.Address.Address)],
            [.. before.Problems, .. never.Select(SmtpWords.Of)],
            before.IsSent || session.Accepted.Count > 0);
        var problem = string.Join("; ", [.. settled.Problems, .. later.Select(SmtpWords.Of)]);
        if (later.Count > 0)
        {
            // Notices that were merged into another message meanwhile do not come back.
            if (_settled.Count >= MostKept)
                _settled.Clear();
            _settled[key] = settled;
            return new Delivery(DeliveryEnd.Retry, problem);
        }

        _settled.TryRemove(key, out _);
        return settled.IsSent ? Delivery.Sent with { Problem = problem } : new Delivery(DeliveryEnd.Rejected, problem);
    }

    // The mail was taken or refused already: a server that does not say goodbye changes nothing.
    private static async Task CloseAsync(SmtpSession session, CancellationToken cancellation)
    {
        try
        {
            await session.DisconnectAsync(quit: true, cancellation);
        }
        catch (Exception rude) when (rude is OperationCanceledException || SmtpWords.Verdict(rude, isAboutMail: false) is not null)
        {
            // See above.
        }
    }

    private static long Size(MimeMessage message)
    {
        using var counted = new MimeKit.IO.MeasuringStream();
        message.WriteTo(new FormatOptions { NewLineFormat = NewLineFormat.Dos }, counted);
        return counted.Length;
    }

    /// <summary>Recipients of whom a server has said its last word about one mail, what was wrong with some, and whether anybody has it.</summary>
    private sealed record Settled(IReadOnlyList<string> Recipients, IReadOnlyList<string> Problems, bool IsSent)
    {
        public static readonly Settled Nobody = new([], [], false);
    }
}
