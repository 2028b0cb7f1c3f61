using System.Text.Json.Nodes;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Notifications;

namespace Agent.Tests.Notifications;

public sealed class PagerDutyNotifierTests : IDisposable
{
    private const string Key = "0123456789abcdef0123456789ABCDEF";
    private const string Taken = """{"status":"success","message":"Event processed","dedup_key":"k"}""";

    private readonly TemporaryFolder _folder = new();

    public PagerDutyNotifierTests() => File.WriteAllText(_folder.File("key"), Key + "\n");

    private string KeyFile => $", routing_key_file: {_folder.File("key")}";

    [Theory]
    [InlineData(202, Taken, nameof(DeliveryEnd.Sent), "", null)]
    [InlineData(200, Taken, nameof(DeliveryEnd.Retry), "answered 200 instead of 202", null)]
    [InlineData(204, "", nameof(DeliveryEnd.Retry), "answered 204 instead of 202", null)]
    [InlineData(400,
        """{"status":"invalid event","message":"Event object is invalid","errors":["Length of 'routing_key' is incorrect (should be 32 characters)"]}""",
        nameof(DeliveryEnd.Broken), "routing_key_file", null)]
    [InlineData(400, """{"status":"invalid event","message":"Event object is invalid","errors":["'payload.severity' is invalid"]}""",
        nameof(DeliveryEnd.Rejected), "as it is", null)]
    [InlineData(413, "", nameof(DeliveryEnd.Rejected), "answered 413", null)]
    [InlineData(429, "", nameof(DeliveryEnd.Retry), "more events", 60)]
    [InlineData(500, "", nameof(DeliveryEnd.Retry), "answered 500", null)]
    [InlineData(503, "", nameof(DeliveryEnd.Retry), "answered 503", null)]
    public async Task The_status_is_the_verdict_where_it_is_202(int status, string answer, string end, string problem, int? wait)
    {
        using var vendor = new VendorStandIn(status, answer);
        var delivery = await NotifierAt(vendor).TellAsync();
        delivery.End.ToString().ShouldBe(end);
        delivery.Problem.ShouldContain(problem);
        delivery.RetryAfter.ShouldBe(wait is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    [Theory]
    [InlineData(429, 30, false, 30)]
    [InlineData(202, null, true, null)]
    public async Task A_wait_is_kept_and_half_an_answer_is_no_success(int status, int? retryAfter, bool breaksOff, int? wait)
    {
        using var vendor = new VendorStandIn(status, Taken, retryAfter, breaksOff);
        var delivery = await NotifierAt(vendor).TellAsync();
        delivery.End.ShouldBe(DeliveryEnd.Retry);
        delivery.RetryAfter.ShouldBe(wait is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    [Theory]
    [InlineData(Language.English)]
    [InlineData(Language.Chinese)]
    public async Task Events_are_as_they_were_accepted(Language language)
    {
        var notices = VendorScene.Each.Where(n => n is not Digest);
        (await VendorScene.GotAsync("pagerduty", "/v2/enqueue", KeyFile + VendorScene.Pages, language, 202, Taken, notices))
            .ShouldMatchApproved(c => c.WithDiscriminator($"{language}").WithFileExtension(".txt"));
    }

    [Fact]
    public async Task An_incident_is_one_alert_that_its_end_resolves_and_of_this_host_alone()
    {
        using var vendor = new VendorStandIn(202, Taken);
        var notifier = NotifierAt(vendor);
        await notifier.TellAsync(VendorScene.Confirmed);
        await notifier.TellAsync(VendorScene.Resolved);
        await notifier.TellAsync(VendorScene.Resolved with { Flap = new(new string('x', 300), 8, Story.Start, true) });
        var events = vendor.Got.Select(g => JsonNode.Parse(g.Body)!).ToList();
        events.Select(e => (string)e["event_action"]!).ShouldBe(["trigger", "resolve", "resolve"]);
        events.Take(2).ShouldAllBe(e => (string)e["dedup_key"]! == "npu-agent/host1/20260301-030000-000");
        ((string)events[2]["dedup_key"]!).Length.ShouldBeLessThanOrEqualTo(255);
    }

    [Theory]
    [InlineData(FaultCodes.EngineExited, NoticeKind.Confirmed, "critical")]
    [InlineData(FaultCodes.ChipWarning, NoticeKind.Confirmed, "warning")]
    [InlineData(FaultCodes.ChipWarning, NoticeKind.HandedOver, "error")]
    public async Task The_severity_is_one_that_PagerDuty_knows(string fault, string kind, string severity)
    {
        using var vendor = new VendorStandIn(202, Taken);
        List<IncidentEvent> events = [new Suspected(Story.Start, fault, Story.Engine, "p", "seen", []), new Confirmed(Story.Start, "seen twice")];
        if (kind == NoticeKind.HandedOver)
            events.Add(new HandedOver(Story.Start, "no"));
        await NotifierAt(vendor).TellAsync(Notices.Of("a", events, kind));
        ((string)JsonNode.Parse(vendor.Got.ShouldHaveSingleItem().Body)!["payload"]!["severity"]!).ShouldBe(severity);
    }

    [Fact]
    public async Task Long_and_hostile_text_keeps_to_the_limits_of_an_event()
    {
        using var vendor = new VendorStandIn(202, Taken);
        await NotifierAt(vendor).TellAsync(VendorScene.Seen(VendorScene.Hostile + new string('\u4e2d', 300_000)) with
        {
            Engines = [.. Enumerable.Range(0, 300).Select(i => new EngineServes($"engine-{i}", false))],
        });
        var body = vendor.Got.ShouldHaveSingleItem().Body;
        VendorScene.Bytes(body).ShouldBeLessThan(512_000);
        var summary = (string)JsonNode.Parse(body)!["payload"]!["summary"]!;
        summary.Length.ShouldBe(1024);
        summary.ShouldEndWith(" [cut]");
        VendorScene.Strings(JsonNode.Parse(body)).ShouldAllBe(s => !s.Contains('\u202e') && !s.Contains('\n'));
    }

    [Fact]
    public void A_preview_shows_no_key_and_a_heartbeat_is_not_sent()
    {
        var notifier = VendorScene.Notifier("pagerduty", "language: en" + KeyFile);
        var text = notifier.Preview(VendorScene.Confirmed);
        text.ShouldStartWith("POST https://events.pagerduty.com/v2/enqueue");
        text.ShouldContain("\"routing_key\":\"***\"");
        text.ShouldNotContain(Key);
        notifier.Preview(new HeartbeatNotice("h", Story.Start, 0, [])).ShouldBeEmpty();
        notifier.Traits.Merges.ShouldBeFalse();
        notifier.Traits.IsForPeople.ShouldBeTrue();
    }

    [Fact]
    public void A_key_that_is_missing_or_none_is_told_with_its_place()
    {
        Receivers.ProblemOf("pagerduty", "language: en").ShouldBe(
            "routing_key_file: is required: write the integration key of the service into a file of its own, and name that file");
        File.WriteAllText(_folder.File("other"), "https://events.pagerduty.com/\n");
        Receivers.Of("pagerduty", $"name: a, routing_key_file: {_folder.File("other")}", out var files);
        var problem = files.ShouldHaveSingleItem().Problem();
        problem.ShouldBe("holds no integration key: those of PagerDuty have 32 letters and digits");
    }

    public void Dispose() => _folder.Dispose();

    private INotifier NotifierAt(VendorStandIn vendor) => VendorScene.Notifier("pagerduty", $"url: \"{vendor.At("/v2/enqueue")}\"{KeyFile}");
}
