using System.Globalization;
using System.Net.Sockets;
using Agent.ForeignText;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Agent.Notifications.Mail;

/// <summary>How the answers of a mail server are judged: 4xx is worth another try, 5xx is not, and some 5xx want a person.</summary>
internal static class SmtpWords
{
    private const int AnswerBound = 200;
    private const int Closing = 421;

    /// <param name="broken">What the library threw.</param>
    /// <param name="isAboutMail">The server took recipients before, so what it refuses is this one mail.</param>
    /// <returns>Null: it is no answer of a server.</returns>
    public static Delivery? Verdict(Exception broken, bool isAboutMail) => broken switch
    {
        SslHandshakeException { ServerCertificate: not null } => new(DeliveryEnd.Broken,
            "the certificate of the mail server is not trusted, or is for another name; see ca_file and server"),
        SslHandshakeException => new(DeliveryEnd.Broken, "the mail server speaks no TLS at this port; look at port and security"),
        AuthenticationException login when login.Message.StartsWith('4') => new(DeliveryEnd.Retry,
            $"the mail server cannot check the login now: {Short(login.Message)}"),
        AuthenticationException or SaslException => new(DeliveryEnd.Broken,
            $"the mail server does not let the agent in; look at user and password_file: {Short(broken.Message)}"),
        ServiceNotAuthenticatedException => new(DeliveryEnd.Broken, $"the mail server wants a login; look at user: {Short(broken.Message)}"),
        SmtpCommandException refused => Verdict(refused, isAboutMail),
        SocketException away => Delivery.Away($"cannot be reached: {ConnectionWords.Of(away)}"),
        IOException cut => Delivery.Away($"the mail server broke off: {ConnectionWords.Of(cut)}"),
        ServiceNotConnectedException or SmtpProtocolException => Delivery.Away("the mail server broke off, or speaks no SMTP at this port"),
        _ => null,
    };

    /// <summary>The mail is too large: RFC 1870. A mailbox that is full has the same code, but for one recipient.</summary>
    public static bool IsTooLarge(SmtpCommandException refused) => refused.ErrorCode != SmtpErrorCode.RecipientNotAccepted
        && (refused.StatusCode == SmtpStatusCode.ExceededStorageAllocation || refused.Message.Contains("5.3.4", StringComparison.Ordinal));

    public static bool IsForNow(SmtpResponse answer) => (int)answer.StatusCode < 500;

    public static string Of((MailboxAddress Address, SmtpResponse Answer) refused) =>
        $"{refused.Address.Address} was refused: {Answer(refused.Answer.StatusCode, refused.Answer.Response)}";

    private static Delivery Verdict(SmtpCommandException refused, bool isAboutMail)
    {
        var answer = Answer(refused.StatusCode, refused.Message);
        return (int)refused.StatusCode switch
        {
            Closing => Delivery.Away($"the mail server is busy: {answer}"),
            < 500 => new(DeliveryEnd.Retry, $"the mail server cannot take it now: {answer}"),
            _ when refused.ErrorCode == SmtpErrorCode.SenderNotAccepted => new(DeliveryEnd.Broken,
                $"the mail server takes no mail of this sender; look at from: {answer}"),
            _ when isAboutMail => new(DeliveryEnd.Rejected, $"the mail server does not take it: {answer}"),
            _ => new(DeliveryEnd.Broken, $"the mail server does not serve the agent: {answer}"),
        };
    }

    private static string Answer(SmtpStatusCode code, string text) => Short($"{((int)code).ToString(CultureInfo.InvariantCulture)} {text}");

    private static string Short(string answer) => TextGate.OnlyPrintable.Clean(answer.Trim(), AnswerBound);
}
