using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters;
using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Notifications.Chats;
using Agent.Notifications.Http;
using Agent.Notifications.Texts;

namespace Agent.Notifications.Channels;

/// <summary>
/// An incoming webhook of Slack, or of a chat that speaks the same. It answers <c>ok</c>, or a word that says what is wrong. About one message in
/// a second is allowed.
/// </summary>
internal sealed class SlackNotifier(NotifierSettings settings, NotifierParts parts)
    : ChatNotifier(settings, parts, new SendingRate(3, TimeSpan.FromSeconds(3), Kept: 1))
{
    private const int MostBytes = 40_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private static readonly Setting<Uri> Url = Setting.Address("url", "https://hooks.slack.com/services/TEAM/APP/KEY",
        "The address of the webhook, as Slack shows it. It is a secret and is never shown.", secret: true,
        address => address.AbsolutePath.Length > 1 ? null : "it has no path; copy the whole address that Slack shows for the webhook");

    private static readonly Setting<IReadOnlyList<string>> Mention = Mentions.Key("ids of members (U012AB3CD)",
        name => name[0] is 'U' or 'W' && name.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c))
            ? null : $"'{name}' is no id of a member such as U012AB3CD; Slack shows it in the member's profile");

    public static readonly DeclaredNotifier Declared = new("slack", "ops-slack", "Channels of Slack, by an incoming webhook.", Url, Mention)
    {
        Shared = [Receiver.Keys, Receiver.ReportKeys, HttpReceiver.Keys],
    };

    private static readonly VendorVerdict Verdict = new("ok",
    [
        VendorCode.Busy("rate_limited", "more messages than Slack takes", Pause),
        VendorCode.Busy("rollup_error", "Slack could not take the message just now", Pause),
        VendorCode.Broken("invalid_token", "the webhook is not known; copy its address into url again"),
        VendorCode.Broken("no_service", "the webhook was removed or switched off; make a new one and write its address as url"),
        VendorCode.Broken("no_team", "the workspace is not known; copy the webhook's address into url again"),
        VendorCode.Broken("channel_not_found", "the channel is not there any more; make a webhook for another one and write its address as url"),
        VendorCode.Broken("channel_is_archived", "the channel is archived; make a webhook for another one and write its address as url"),
        VendorCode.Broken("action_prohibited", "an administrator of the workspace does not allow webhooks to write there"),
        VendorCode.Rejected("invalid_payload", "Slack does not take the message as it is"),
        VendorCode.Rejected("no_text", "Slack misses the text of the message"),
    ]);

    protected override (HttpPost? Post, Delivery? Problem) Compose(Notice notice) => (new HttpPost(Settings.Of(Url), BodyOf(notice)), null);

    // A word alone, or JSON with it.
    protected override Delivery Judge(HttpAnswer answer)
    {
        var code = VendorVerdict.Field(answer.Body, "error") is { Length: > 0 } error ? error : answer.Body.Trim();
        return Verdict.Of(answer, code, "", Settings.Of(Url));
    }

    private string BodyOf(Notice notice)
    {
        var message = MessageOf(notice);
        var mentions = Mentions.For(notice, Settings.Of(Mention));
        IEnumerable<string> called = [.. mentions.All ? ["<!channel>"] : (string[])[], .. mentions.Users.Select(u => $"<@{u}>")];
        var title = string.Join(' ', called.Prepend(Escaped(message.Title)));
        var links = string.Join(' ', message.Links.Select(l => $"<{Escaped(l.Address)}|{l.Text}>"));
        return FittingText.Of(Escaped(message.Text), MostBytes, Voice, lines =>
        {
            var text = string.Join('\n', new[] { lines, links }.Where(l => l.Length > 0));
            IReadOnlyList<SlackAttachment> attachments = text.Length > 0 ? [new(ColourOf(message.Tone), text, Escaped(message.Title), [])] : [];
            return JsonSerializer.Serialize(new(title, attachments), SlackJson.Compact.SlackBody);
        });
    }

    // These three and no others, as Slack says.
    private static string Escaped(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static string ColourOf(Tone tone) => tone switch
    {
        Tone.Critical => "danger",
        Tone.Warning => "warning",
        Tone.Good => "good",
        _ => "#439FE0",
    };
}

internal sealed record SlackBody(string Text, IReadOnlyList<SlackAttachment> Attachments);

/// <param name="Color">Of the bar beside it.</param>
/// <param name="Fallback">For screens that cannot show it.</param>
/// <param name="MrkdwnIn">The fields in which markup is read: none, as logs stand in them.</param>
internal sealed record SlackAttachment(string Color, string Text, string Fallback, IReadOnlyList<string> MrkdwnIn);

[JsonSerializable(typeof(SlackBody))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class SlackJson : JsonSerializerContext
{
    /// <summary>The texts passed the gate line by line.</summary>
    public static readonly SlackJson Compact = new(JsonSpelling.Options(indented: false));
}
