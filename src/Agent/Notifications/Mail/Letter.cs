using MimeKit;
using MimeKit.Text;

namespace Agent.Notifications.Mail;

/// <summary>A mail before it is MIME: all of its parts are put together here, whatever it tells.</summary>
internal sealed record Letter
{
    // Quoted-printable never holds "=_", so no text of others can end a part (RFC 2045, 6.7).
    private const string Boundary = "=_npu-agent";
    private const string OuterBoundary = "=_npu-agent-file";

    /// <summary>Its Message-ID, without brackets. The same for every try, so that a mailbox can drop a repeat.</summary>
    public required string Id { get; init; }

    /// <summary>The Message-ID of the first mail of its thread; null: this is the first, or it has none.</summary>
    public string? Thread { get; init; }

    public required DateTimeOffset Date { get; init; }

    public required string Subject { get; init; }

    public required string Text { get; init; }

    public required string Html { get; init; }

    public bool IsUrgent { get; init; }

    /// <summary>A page that is too much for a mail: programs for mail leave out styles and charts, a browser opens it whole.</summary>
    public LetterPage? Page { get; init; }

    public MimeMessage ToMime(MailboxAddress from, IEnumerable<MailboxAddress> to)
    {
        var message = new MimeMessage
        {
            MessageId = Id,
            Date = Date,
            Subject = Subject,
            Body = Body(),
        };
        message.From.Add(from);
        message.To.AddRange(to);
        if (Thread is not null)
        {
            message.InReplyTo = Thread;
            message.References.Add(Thread);
        }

        // No answer by a machine comes back: RFC 3834, and Exchange's own word.
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Headers.Add("X-Auto-Response-Suppress", "All");
        if (IsUrgent)
            message.Importance = MessageImportance.High;
        return message;
    }

    private MimeEntity Body()
    {
        var text = new MultipartAlternative(Part(TextFormat.Plain, Text), Part(TextFormat.Html, Html)) { Boundary = Boundary };
        if (Page is null)
            return text;
        var file = Part(TextFormat.Html, Page.Html);
        file.ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = Page.File };
        return new Multipart("mixed", text, file) { Boundary = OuterBoundary };
    }

    private static TextPart Part(TextFormat format, string text) => new(format) { Text = text, ContentTransferEncoding = ContentEncoding.QuotedPrintable };
}

/// <summary>A page that goes with a mail.</summary>
internal sealed record LetterPage(string File, string Html);
