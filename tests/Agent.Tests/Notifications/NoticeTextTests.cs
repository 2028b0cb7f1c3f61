using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Notifications;
using Agent.Notifications.Texts;

namespace Agent.Tests.Notifications;

public sealed class NoticeTextTests
{
    [Theory]
    [InlineData(Language.English)]
    [InlineData(Language.Chinese)]
    public void Messages_are_as_they_were_accepted(Language language)
    {
        var voice = new Voice(language, "npu-host-1", Acts: true);
        var text = string.Join("\n\n", Told().Select(n => NoticeText.Of(n, voice)).Select(t => $"[{t.Tone}] {t.Plain}"));
        text.ShouldMatchApproved(c => c.WithDiscriminator($"{language}").WithFileExtension(".txt"));
    }

    /// <summary>The lock screen of a phone shows two lines of some sixty characters; what comes first has to say it.</summary>
    [Fact]
    public void The_title_of_every_fault_says_host_and_fault_on_a_lock_screen_in_both_languages()
    {
        foreach (var fault in FaultCatalog.Default.All)
        {
            foreach (var language in Enum.GetValues<Language>())
            {
                var notice = Of(fault, NoticeKind.Confirmed) with { Engines = [new("deepseek", false)] };
                var text = NoticeText.Of(notice, new Voice(language, "npu-host-1", true));
                text.Title.ShouldStartWith("npu-host-1", customMessage: fault.Code);
                text.Title.Length.ShouldBeLessThan(160, fault.Code);
                text.Title.ShouldContain(language == Language.Chinese ? fault.Title.Chinese : fault.Title.English[1..]);
                text.Lines.Count.ShouldBeInRange(3, 6, fault.Code);
                text.Lines.ShouldAllBe(l => l.Length > 0 && !l.Contains('\n'));
                text.Plain.Split(' ', '`', '@', '.').ShouldNotContain("NAME", fault.Code);
            }
        }
    }

    [Fact]
    public void Where_the_agent_only_watches_it_promises_nothing_and_says_what_to_do()
    {
        var text = NoticeText.Of(Of(FaultCatalog.Default[FaultCodes.EngineHung], NoticeKind.Confirmed), new Voice(Language.English, "h", Acts: false));
        text.Lines[0].ShouldBe("The agent only watches (mode: observe) and changes nothing.");
        text.Lines[1].ShouldStartWith("To do: ");
    }

    [Theory]
    [InlineData("a\u4e2d\u6587\ud83d\ude00b", 64, "a\u4e2d\u6587\ud83d\ude00b")]
    [InlineData("\u4e2d\u6587\u4e2d\u6587\u4e2d\u6587\u4e2d\u6587\u4e2d\u6587\u4e2d\u6587", 34, "\u4e2d\u6587\n... cut: 36 bytes, 34 fit")]
    [InlineData("\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00", 35, "\ud83d\ude00\ud83d\ude00\n... cut: 36 bytes, 35 fit")]
    [InlineData("\u4e2d\u6587\u4e2d\u6587", 7, "\u4e2d\u6587")]
    public void A_text_is_cut_between_characters_and_says_so(string text, int bytes, string cut)
    {
        var found = Utf8Cut.To(text, bytes, new Voice(Language.English, "h", true));
        found.ShouldBe(cut);
        System.Text.Encoding.UTF8.GetByteCount(found).ShouldBeLessThanOrEqualTo(bytes);
    }

    private static IEnumerable<Notice> Told()
    {
        var recovered = Story.Recovered(Story.Start);
        yield return Notices.Of("20260301-030000-000", recovered.Take(3)) with { Engines = [new("deepseek", false), new("qwen", true)] };
        yield return Notices.Of("20260301-030000-000", recovered, NoticeKind.Resolved) with { Engines = [new("deepseek", true)] };
        yield return Notices.Of("20260301-030000-000",
            [.. recovered.Take(7), new HandedOver(Story.Start.AddSeconds(20), "every rung was tried")], NoticeKind.HandedOver)
                with
        { Engines = [new("deepseek", false)] };
        yield return Of(FaultCatalog.Default[FaultCodes.ChipAlarm], NoticeKind.Confirmed);
        yield return Of(FaultCatalog.Default[FaultCodes.ChipWarning], NoticeKind.Confirmed) with { Flap = new("x", 3, Story.Start, false) };
        yield return Of(FaultCatalog.Default[FaultCodes.ChipWarning], NoticeKind.Resolved) with { Flap = new("x", 8, Story.Start, true) };
        yield return Of(FaultCatalog.Default[FaultCodes.HostDiskFull], NoticeKind.Confirmed);
        yield return new Digest("d", Story.Start,
        [
            Of(FaultCatalog.Default[FaultCodes.ChipWarning], NoticeKind.Confirmed), Of(FaultCatalog.Default[FaultCodes.ChipWarning], NoticeKind.Resolved),
            Notices.Of("20260301-030000-000", [.. recovered.Take(2), new HandedOver(Story.Start.AddSeconds(20), "every rung was tried")],
                NoticeKind.HandedOver),
        ]);
        yield return new HeartbeatNotice("h", Story.Start, 0, [new("deepseek", true)]);
        yield return new HeartbeatNotice("h", Story.Start, 2, [new("deepseek", false), new("qwen", null)]);
        yield return new TestNotice("t", Story.Start);
    }

    private static IncidentNotice Of(Fault fault, string kind)
    {
        var subject = new Subject(fault.On, fault.On switch { SubjectKind.Chip => "2/1", SubjectKind.Engine => "deepseek", _ => "" });
        List<IncidentEvent> events =
        [
            new Suspected(Story.Start, fault.Code, subject, "probe", "seen as it is", []), new Confirmed(Story.Start.AddSeconds(2), "seen twice"),
        ];
        if (kind == NoticeKind.Resolved)
            events.Add(new Resolved(Story.Start.AddMinutes(2), "it is well", Mender.Itself));
        var incident = Story.Fold("20260301-030000-001", events);
        return new("n", Story.Start) { Kind = kind, Incident = incident, Fault = fault, Events = events };
    }
}
