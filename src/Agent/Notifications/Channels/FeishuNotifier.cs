using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Agent.Adapters;
using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Configuration.Host;
using Agent.Notifications.Chats;
using Agent.Notifications.Http;
using Agent.Notifications.Texts;

namespace Agent.Notifications.Channels;

/// <summary>
/// A custom bot in a group of Feishu or Lark, with a card whose colour shows how bad it is. The text stands in elements of plain text, in which
/// no markup is read; markdown is only what the agent itself writes. 100 messages in a minute and 5 in a second are allowed.
/// </summary>
internal sealed class FeishuNotifier(NotifierSettings settings, NotifierParts parts)
    : ChatNotifier(settings, parts, new SendingRate(4, TimeSpan.FromSeconds(3), Kept: 1))
{
    private const int MostBytes = 20_000;
    private const string Path = "/open-apis/bot/v2/hook/";

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private static readonly Setting<Uri> Url = Setting.Address("url", "https://open.feishu.cn/open-apis/bot/v2/hook/BOT_TOKEN",
        "The address of the bot, as Feishu or Lark (open.larksuite.com) shows it. It is a secret and is never shown.", secret: true, AddressProblem);

    private static readonly Setting<string?> Secret = Setting.SecretFile("secret_file", "/etc/npu-agent/feishu.secret",
        "The file with the secret, where the bot checks signatures (签名校验).", path => SecretFile.Read(path).Problem);

    private static readonly Setting<IReadOnlyList<string>> Mention = Mentions.Key("user ids or open ids (ou_...)",
        name => Mentions.IsMobile(name) ? $"'{name}' is a mobile number; bots of Feishu call people by user id or open id (ou_...)" : null);

    private static readonly Setting<string?> Keyword = Setting.Text("keyword", "npu",
        "A word that each message has to hold, where the bot asks for keywords. It is added where a message lacks it.");

    public static readonly DeclaredNotifier Declared = new("feishu", "ops-feishu", "Groups of Feishu (飞书) or Lark, by a custom bot.",
        Url, Secret, Mention, Keyword)
    {
        Shared = [Receiver.Keys, Receiver.ReportKeys, HttpReceiver.Keys],
    };

    private static readonly VendorVerdict Verdict = new("0",
    [
        VendorCode.Busy("11232", "Feishu has too much to do, as it often has at full and half hours", Pause),
        VendorCode.Busy("99991400", "more messages than the bot may send", Pause),
        VendorCode.Busy("9499", "more messages than the bot may send", Pause, "too many"),
        VendorCode.Broken("19021",
            "the bot does not accept the signature; copy its secret into secret_file again, and see that the host's clock is right within an hour"),
        VendorCode.Broken("19022", "the bot does not accept this host's address; add it to the bot's addresses"),
        VendorCode.Broken("19024", "the bot wants a keyword in each message; write it as `keyword`"),
        VendorCode.Broken("19001", "the bot's token is not known; copy its address into url again"),
        VendorCode.Rejected("9499", "Feishu does not take the message as it is"),
    ]);

    protected override (HttpPost? Post, Delivery? Problem) Compose(Notice notice)
    {
        if (Settings.Of(Secret) is not { } file)
            return (new HttpPost(Settings.Of(Url), BodyOf(notice, null, null)), null);
        var (secret, problem) = SecretFile.Read(file);
        if (secret is null)
            return (null, new Delivery(DeliveryEnd.Broken, $"secret_file {file} {problem}"));
        var timestamp = Parts.Clock.HostNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var sign = Sign(secret, timestamp);
        return (new HttpPost(Settings.Of(Url), BodyOf(notice, timestamp, sign)) { Secrets = [sign] }, null);
    }

    protected override Delivery Judge(HttpAnswer answer)
    {
        var (code, words) = (VendorVerdict.Field(answer.Body, "code", "StatusCode"), VendorVerdict.Field(answer.Body, "msg", "StatusMessage"));
        // The gateway in front of the bots says it without a code.
        return code.Length == 0 && answer.Body.Contains("too many request", StringComparison.OrdinalIgnoreCase)
            ? new(DeliveryEnd.Retry, "answered too many requests", answer.RetryAfter ?? Pause)
            : Verdict.Of(answer, code, words, Settings.Of(Url));
    }

    /// <summary>Time and secret are the key, and nothing is the message: the other way round than DingTalk has it.</summary>
    internal static string Sign(string secret, string timestamp) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes($"{timestamp}\n{secret}"), Array.Empty<byte>()));

    private string BodyOf(Notice notice, string? timestamp, string? sign)
    {
        var message = MessageOf(notice);
        var mentions = Mentions.For(notice, Settings.Of(Mention));
        IEnumerable<string> called = [.. mentions.All ? ["all"] : (string[])[], .. mentions.Users];
        var own = string.Join(' ', message.Links.Select(ChatMarkdown.Of).Concat(called.Select(id => $"<at id={id}></at>")));
        var header = new FeishuHeader(FeishuText.Plain(message.Title), TemplateOf(message.Tone));
        return FittingText.Of(message.Text, MostBytes, Voice, lines =>
        {
            List<FeishuElement> elements = [];
            if (lines.Length > 0)
                elements.Add(FeishuElement.Plain(lines));
            if (own.Length > 0)
                elements.Add(new("markdown") { Content = own });
            if (Settings.Of(Keyword) is { } keyword && !(message.Title + lines).Contains(keyword, StringComparison.Ordinal))
                elements.Add(FeishuElement.Plain(keyword));
            // A card without a body is none.
            if (elements.Count == 0)
                elements.Add(FeishuElement.Plain(message.Title));
            return JsonSerializer.Serialize(new(timestamp, sign, "interactive", new("2.0", header, new(elements))), FeishuJson.Compact.FeishuBody);
        });
    }

    private static string TemplateOf(Tone tone) => tone switch
    {
        Tone.Critical => "red",
        Tone.Warning => "orange",
        Tone.Good => "green",
        _ => "blue",
    };

    private static string? AddressProblem(Uri address) =>
        address.AbsolutePath.IndexOf(Path, StringComparison.Ordinal) is >= 0 and var at && address.AbsolutePath.Length > at + Path.Length
            ? null : $"it has no {Path} with a token behind it; copy the whole address that Feishu or Lark shows for the bot";
}
