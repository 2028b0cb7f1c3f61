using Agent.Domain;
using Agent.Domain.Availability;
using Agent.Reports;

namespace Agent.Tests.Reports;

/// <summary>What an incident cost, in words.</summary>
public sealed class LostServiceTests
{
    [Theory]
    [InlineData(3, 1, 4.0, 285.0, Language.English,
        "engine:deepseek 42s (it hung), 3 requests running and 1 waiting when it began, 4 requests aborted by the agent, about 12,000 tokens not served")]
    [InlineData(3, 1, 4.0, 285.0, Language.Chinese,
        "engine:deepseek 42s (挂起)，开始时 3 个请求在执行、1 个在等待，4 个请求被代理的步骤中止，约 12,000 个 token 未能生成")]
    [InlineData(0, 0, 0.0, null, Language.English, "engine:deepseek 42s (it hung)")]
    [InlineData(2, 0, 0.0, 0.1, Language.English, "engine:deepseek 42s (it hung), 2 requests running and 0 waiting when it began, about 4 tokens not served")]
    public void It_says_what_is_known_and_no_more(double running, double waiting, double aborted, double? speed, Language language, string text) =>
        LostServiceDocument.Of([Span(0, 42, ServiceReason.Hung, new LostWork(new RequestLoad(running, waiting), aborted, speed))])
            .ShouldHaveSingleItem().In(language).ShouldBe(text);

    [Fact]
    public void An_outage_in_parts_is_one_line_and_tells_what_began_it()
    {
        var told = LostServiceDocument.Of(
        [
            Span(0, 10, ServiceReason.Dead, new LostWork(new RequestLoad(1, 0), 0, 10)), Span(30, 50, ServiceReason.Starting, new LostWork(null, 2)),
        ]).ShouldHaveSingleItem();
        (told.Seconds, told.RequestsRunning, told.RequestsAborted, told.TokensNotServed).ShouldBe((30, 1, 2, 100));
        told.Why.ShouldBe("its process or engine core was gone");
        (told.From, told.To).ShouldBe((Story.Start, Story.Start.AddSeconds(50)));
    }

    [Fact]
    public void Every_reason_has_words_in_both_languages_and_no_two_share_them()
    {
        var texts = Enum.GetValues<ServiceReason>().Select(ServiceReasons.Text).ToList();
        texts.Select(t => t.English).ShouldBeUnique();
        texts.Select(t => t.Chinese).ShouldBeUnique();
    }

    private static ServiceSpan Span(int from, int to, ServiceReason why, LostWork lost) =>
        new(Story.Engine, ServiceState.Down, Story.Start.AddSeconds(from), Story.Start.AddSeconds(to), why) { Incident = "a", Lost = lost };
}
