using System.Text;
using System.Text.Json.Nodes;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Notifications;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Notifications;

/// <summary>A notifier of a vendor, made of the file as the agent makes it, and what it is told.</summary>
internal static class VendorScene
{
    public const string Pages = ", pages: \"http://npu-host-1:9470\"";

    /// <summary>What a log may hold: all that a chat makes something of.</summary>
    public const string Hostile = "@all @所有人 @13800000000 <at id=all></at> <at user_id=\"all\">a</at> <!channel> <@U1> <font color=\"info\">fine</font> "
        + "[look](https://evil.example/a) ![](http://evil.example/b.png) <https://evil.example|here> **loud** \u202e\r\n#### all is well";

    public static INotifier Notifier(string kind, string entry, Language language = Language.English) => NotifierList.Of(
        NotifierList.All, [Receivers.Of(kind, $"name: a, {entry}")],
        Receivers.Parts(new FakeTimeProvider(Story.Start.AddMinutes(5)), language)).ShouldHaveSingleItem();

    public static Task<Delivery> TellAsync(this INotifier notifier, Notice? notice = null) =>
        notifier.SendAsync(notice ?? Confirmed, TestContext.Current.CancellationToken);

    /// <summary>What the vendor got of each notice, byte for byte: the address and the body.</summary>
    public static async Task<string> GotAsync(
        string kind, string path, string entry, Language language, int status, string answer, params IEnumerable<Notice> notices)
    {
        using var vendor = new VendorStandIn(status, answer);
        var notifier = Notifier(kind, $"url: \"{vendor.At(path)}\"{entry}", language);
        foreach (var notice in notices)
            (await notifier.TellAsync(notice)).ShouldBe(Delivery.Sent);
        return string.Join("\n\n", vendor.Got.Select(g => $"POST {g.Target}\n{g.Body}"));
    }

    /// <summary>All strings of a body.</summary>
    public static IReadOnlyList<string> Strings(JsonNode? node) => node switch
    {
        JsonArray list => [.. list.SelectMany(Strings)],
        JsonObject map => [.. map.SelectMany(m => Strings(m.Value))],
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };

    public static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);

    public static IncidentNotice Confirmed => Notices.Of("20260301-030000-000", Story.Recovered(Story.Start).Take(3)) with
    {
        Engines = [new("deepseek", false), new("qwen", true)],
    };

    public static IncidentNotice Resolved => Notices.Of("20260301-030000-000", Story.Recovered(Story.Start), NoticeKind.Resolved) with
    {
        Engines = [new("deepseek", true)],
    };

    public static IncidentNotice Seen(string summary) => Notices.Of("20260301-030000-000",
        [new Suspected(Story.Start, FaultCodes.EngineExited, Story.Engine, "engine-process", summary, []),
            new Confirmed(Story.Start.AddSeconds(2), "seen twice")]);

    public static Digest Digest(int notices) => new("d", Story.Start, [.. Enumerable.Range(0, notices).Select(i => Notices.Of($"20260301-030000-{i:d3}",
        [new Suspected(Story.Start, FaultCodes.ChipWarning, Subject.Chip(i % 8, 0), "chip-health", "0x80e01801 \"corrected\"", []),
            new Confirmed(Story.Start, "seen twice")]))]);

    /// <summary>One of each.</summary>
    public static IReadOnlyList<Notice> Each =>
    [
        Confirmed, Resolved, Digest(2), new HeartbeatNotice("h", Story.Start, 1, [new("deepseek", true)]), new HeartbeatNotice("h", Story.Start, 0, []),
        new TestNotice("test/1", Story.Start),
    ];
}
