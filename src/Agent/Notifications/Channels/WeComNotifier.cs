using System.Text.Json;
using System.Text.Json.Serialization;
using System.Web;
using Agent.Adapters;
using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Notifications.Chats;
using Agent.Notifications.Http;
using Agent.Notifications.Texts;

namespace Agent.Notifications.Channels;

/// <summary>
/// A robot in a group of WeCom. It answers HTTP 200 whatever happens; the code in the answer counts. A message in markdown calls nobody in all
/// versions of it, so one that calls somebody is plain text.
/// </summary>
internal sealed class WeComNotifier(NotifierSettings settings, NotifierParts parts)
    : ChatNotifier(settings, parts, new SendingRate(15, TimeSpan.FromMinutes(1), Kept: 5))
{
    private const int MarkdownBytes = 4096;
    private const int TextBytes = 2048;

    private static readonly Setting<Uri> Url = Setting.Address("url", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=ROBOT_KEY",
        "The address of the robot, as WeCom shows it. It is a secret and is never shown.", secret: true,
        address => HttpUtility.ParseQueryString(address.Query)["key"] is { Length: > 0 }
            ? null : "it has no key; copy the whole address that WeCom shows for the robot");

    private static readonly Setting<IReadOnlyList<string>> Mention = Mentions.Key("mobile numbers or user ids");

    public static readonly DeclaredNotifier Declared = new("wecom", "ops-room", "Groups of WeCom (企业微信), by a robot.", Url, Mention)
    {
        Shared = [Receiver.Keys, Receiver.ReportKeys, HttpReceiver.Keys],
    };

    private static readonly VendorVerdict Verdict = new("0",
    [
        VendorCode.Busy("-1", "WeCom is busy", TimeSpan.FromMinutes(1)),
        VendorCode.Busy("45009", "more messages than the robot may send", TimeSpan.FromMinutes(1)),
        VendorCode.Broken("93000", "the robot's key is not known; copy its address into url again"),
        VendorCode.Broken("93008", "the robot is not in the group any more; add one and write its address as url"),
        VendorCode.Rejected("40058", "WeCom does not take the message as it is, or it is too long"),
        VendorCode.Rejected("45002", "the message is too long"),
        VendorCode.Rejected("40008", "WeCom does not take messages of this kind"),
    ]);

    protected override (HttpPost? Post, Delivery? Problem) Compose(Notice notice) => (new HttpPost(Settings.Of(Url), BodyOf(notice)), null);

    protected override Delivery Judge(HttpAnswer answer) =>
        Verdict.Of(answer, VendorVerdict.Field(answer.Body, "errcode"), VendorVerdict.Field(answer.Body, "errmsg"), Settings.Of(Url));

    private string BodyOf(Notice notice)
    {
        var message = MessageOf(notice);
        var mentions = Mentions.For(notice, Settings.Of(Mention));
        var body = mentions.Any
            ? new WeComBody("text") { Text = new(Plain(message), mentions.All ? [.. mentions.Users, "@all"] : mentions.Users, mentions.Mobiles) }
            : new WeComBody("markdown") { Markdown = new(Markdown(message)) };
        return JsonSerializer.Serialize(body, WeComJson.Compact.WeComBody);
    }

    private string Plain(ChatMessage message) => FittingText.Of(message.Text, TextBytes, Voice, lines =>
        InLines(message.Title, lines, string.Join('\n', message.Links.Select(l => $"{l.Text}: {l.Address}"))));

    private string Markdown(ChatMessage message) => FittingText.Of(ChatMarkdown.Escaped(message.Text), MarkdownBytes, Voice, lines => InLines(
        $"<font color=\"{ColourOf(message.Tone)}\">{ChatMarkdown.Escaped(message.Title)}</font>",
        lines,
        string.Join(' ', message.Links.Select(ChatMarkdown.Of))));

    private static string InLines(params IEnumerable<string> parts) => string.Join('\n', parts.Where(p => p.Length > 0));

    // There are three: orange, green and grey.
    private static string ColourOf(Tone tone) => tone switch
    {
        Tone.Critical or Tone.Warning => "warning",
        Tone.Good => "info",
        _ => "comment",
    };
}

internal sealed record WeComBody(string Msgtype)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WeComText? Text { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WeComMarkdown? Markdown { get; init; }
}

internal sealed record WeComText(string Content, IReadOnlyList<string> MentionedList, IReadOnlyList<string> MentionedMobileList);

internal sealed record WeComMarkdown(string Content);

[JsonSerializable(typeof(WeComBody))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class WeComJson : JsonSerializerContext
{
    /// <summary>The texts passed the gate line by line.</summary>
    public static readonly WeComJson Compact = new(JsonSpelling.Options(indented: false));
}
