using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Web;
using Agent.Adapters;
using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Configuration.Host;
using Agent.Notifications.Chats;
using Agent.Notifications.Http;

namespace Agent.Notifications.Channels;

/// <summary>
/// A custom robot in a group of DingTalk. It answers HTTP 200 whatever happens; the code in the answer counts. Whoever sends more than 20 messages in
/// a minute is silenced for ten minutes.
/// </summary>
internal sealed class DingTalkNotifier(NotifierSettings settings, NotifierParts parts)
    : ChatNotifier(settings, parts, new SendingRate(15, TimeSpan.FromMinutes(1), Kept: 5))
{
    private const int MostBytes = 20_000;
    private const string Token = "access_token";

    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);

    private static readonly Setting<Uri> Url = Setting.Address("url", "https://oapi.dingtalk.com/robot/send?access_token=ACCESS_TOKEN",
        "The address of the robot, as DingTalk shows it. It is a secret and is never shown.", secret: true, AddressProblem);

    private static readonly Setting<string?> Secret = Setting.SecretFile("secret_file", "/etc/npu-agent/dingtalk.secret",
        "The file with the secret, where the robot's security is a signature (加签).", path => SecretFile.Read(path).Problem);

    private static readonly Setting<IReadOnlyList<string>> Mention = Mentions.Key("mobile numbers or user ids");

    private static readonly Setting<string?> Keyword = Setting.Text("keyword", "npu",
        "A word that each message has to hold, where the robot's security is by keywords. It is added where a message lacks it.");

    public static readonly DeclaredNotifier Declared = new("dingtalk", "ops-group", "Groups of DingTalk (钉钉), by a custom robot.",
        Url, Secret, Mention, Keyword)
    {
        Shared = [Receiver.Keys, Receiver.ReportKeys, HttpReceiver.Keys],
    };

    private static readonly VendorVerdict Verdict = new("0",
    [
        VendorCode.Busy("-1", "DingTalk is busy", TimeSpan.FromMinutes(1)),
        VendorCode.Busy("130101", "more messages than the robot may send; nothing is sent for ten minutes", Silence),
        VendorCode.Busy("410100", "more messages than the robot may send; nothing is sent for ten minutes", Silence),
        VendorCode.Busy("90030", "the robot has sent what it may send, perhaps for the day", TimeSpan.FromHours(1)),
        VendorCode.Broken("310000", "the robot wants a keyword in each message; write it as `keyword`", "keyword"),
        VendorCode.Broken("310000", "the robot does not accept the signature; copy its secret (SEC...) into secret_file again", "sign"),
        VendorCode.Broken("310000", "the robot does not accept this host's address; add it to the robot's addresses", "whitelist"),
        VendorCode.Broken("310000", "the host's clock is wrong by more than an hour; set it", "timestamp"),
        VendorCode.Broken("310000", "the robot's security refuses the message; look at its keywords, signature and addresses"),
        VendorCode.Broken("300001", "the robot's token is not known; copy its address into url again"),
        VendorCode.Broken("300005", "the robot's token is not known; copy its address into url again"),
        VendorCode.Broken("400101", "the robot's token is not known; copy its address into url again"),
        VendorCode.Broken("400013", "the group was dissolved; add a robot to another one"),
        VendorCode.Broken("400102", "the robot is stopped; switch it on in the group's settings"),
        VendorCode.Broken("400106", "the robot is not in the group any more; add one and write its address as url"),
        VendorCode.Broken("43002", "the message did not come as a POST; look at the proxy in between"),
        VendorCode.Broken("43004", "the message did not come as JSON; look at the proxy in between"),
        VendorCode.Rejected("40035", "DingTalk misses something in the message"),
        VendorCode.Rejected("400105", "DingTalk does not take messages of this kind"),
        VendorCode.Rejected("460101", "the message is too long"),
    ]);

    protected override (HttpPost? Post, Delivery? Problem) Compose(Notice notice)
    {
        var body = BodyOf(notice);
        if (Settings.Of(Secret) is not { } file)
            return (new HttpPost(Settings.Of(Url), body), null);
        var (secret, problem) = SecretFile.Read(file);
        if (secret is null)
            return (null, new Delivery(DeliveryEnd.Broken, $"secret_file {file} {problem}"));
        var timestamp = Parts.Clock.HostNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var sign = Uri.EscapeDataString(Sign(secret, timestamp));
        return (new HttpPost(new Uri($"{Settings.Of(Url).AbsoluteUri}&timestamp={timestamp}&sign={sign}"), body), null);
    }

    // Whoever is taken for a spammer gets an answer of another form, with or without a code.
    protected override Delivery Judge(HttpAnswer answer) => VendorVerdict.Field(answer.Body, "punish").Length > 0
        ? new(DeliveryEnd.Retry, "answered that it takes nothing from this host for a while", Penalty(VendorVerdict.Field(answer.Body, "wait")))
        : Verdict.Of(answer, VendorVerdict.Field(answer.Body, "errcode"), VendorVerdict.Field(answer.Body, "errmsg"), Settings.Of(Url));

    internal static string Sign(string secret, string timestamp) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{timestamp}\n{secret}")));

    private string BodyOf(Notice notice)
    {
        var message = MessageOf(notice);
        var mentions = Mentions.For(notice, Settings.Of(Mention));
        // Whoever is called has to stand in the text, too.
        var called = string.Join(' ', mentions.Mobiles.Concat(mentions.Users).Select(n => "@" + n));
        var at = mentions.Any ? new DingTalkAt(mentions.Mobiles, mentions.Users, mentions.All) : null;
        // A line end alone is none in this markdown.
        var lines = string.Join("\n\n", message.Lines.Select(ChatMarkdown.Escaped));
        return FittingText.Of(lines, MostBytes, Voice, fitting =>
        {
            IEnumerable<string> blocks =
                ["#### " + ChatMarkdown.Escaped(message.Title), fitting, string.Join(' ', message.Links.Select(ChatMarkdown.Of)), called];
            var text = string.Join("\n\n", blocks.Where(p => p.Length > 0));
            if (Settings.Of(Keyword) is { } keyword && !text.Contains(keyword, StringComparison.Ordinal))
                text += "\n\n" + keyword;
            return JsonSerializer.Serialize(new("markdown", new(message.Title, text), at), DingTalkJson.Compact.DingTalkBody);
        });
    }

    private static TimeSpan Penalty(string seconds) =>
        int.TryParse(seconds, CultureInfo.InvariantCulture, out var wait) && wait is > 0 and <= 3600 ? TimeSpan.FromSeconds(wait) : TimeSpan.FromMinutes(1);

    private static string? AddressProblem(Uri address)
    {
        var query = HttpUtility.ParseQueryString(address.Query);
        if (query[Token] is not { Length: > 0 })
            return "it has no access_token; copy the whole address that DingTalk shows for the robot";
        return query["sign"] is null && query["timestamp"] is null
            ? null : "leave timestamp and sign out; name the file with the robot's secret as secret_file";
    }
}

internal sealed record DingTalkBody(
    string Msgtype, DingTalkMarkdown Markdown, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DingTalkAt? At);

/// <param name="Title">Shown where messages are listed and on a lock screen, and not in the message.</param>
internal sealed record DingTalkMarkdown(string Title, string Text);

internal sealed record DingTalkAt(
    [property: JsonPropertyName("atMobiles")] IReadOnlyList<string> Mobiles,
    [property: JsonPropertyName("atUserIds")] IReadOnlyList<string> Users,
    [property: JsonPropertyName("isAtAll")] bool All);

[JsonSerializable(typeof(DingTalkBody))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class DingTalkJson : JsonSerializerContext
{
    /// <summary>The texts passed the gate line by line.</summary>
    public static readonly DingTalkJson Compact = new(JsonSpelling.Options(indented: false));
}
