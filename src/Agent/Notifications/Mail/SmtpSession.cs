using MailKit;
using MailKit.Net.Smtp;
using MimeKit;

namespace Agent.Notifications.Mail;

/// <summary>One conversation with a mail server. A recipient that the server refuses does not stop the others.</summary>
internal sealed class SmtpSession : SmtpClient
{
    public List<MailboxAddress> Accepted { get; } = [];

    public List<(MailboxAddress Address, SmtpResponse Answer)> Refused { get; } = [];

    /// <summary>Sends, from the beginning.</summary>
    /// <exception cref="SmtpCommandException">Nobody takes it (<see cref="SmtpErrorCode.RecipientNotAccepted"/>), or the server refuses the whole.</exception>
    public Task SendAsync(MimeMessage message, MailboxAddress from, IEnumerable<MailboxAddress> to, CancellationToken cancellation)
    {
        Accepted.Clear();
        Refused.Clear();
        return SendAsync(message, from, to, cancellation, (ITransferProgress?)null);
    }

    protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => Accepted.Add(mailbox);

    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => Refused.Add((mailbox, response));

    protected override void OnNoRecipientsAccepted(MimeMessage message) =>
        throw new SmtpCommandException(SmtpErrorCode.RecipientNotAccepted, Refused[^1].Answer.StatusCode, Refused[^1].Address, Refused[^1].Answer.Response);
}
