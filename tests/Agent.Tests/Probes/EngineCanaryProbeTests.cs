using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Probes.Engine;
using Agent.Tests.Bundles;
using Agent.Tests.Engines;

namespace Agent.Tests.Probes;

/// <summary>Canaries of an engine on a real socket, whose counters move or not, look after look.</summary>
public sealed class EngineCanaryProbeTests : IDisposable
{
    private const string Settings = "    served_model_name: m\n    canary: { expected_text: Paris, timeout: 5s, under_load: 5m }\n";

    private readonly ScriptedEngine _vllm = new();
    private readonly EvidenceScene _scene;
    private readonly EngineCanaryProbe _probe;
    private readonly FoldedEngine _folded;

    public EngineCanaryProbeTests()
    {
        _scene = new EvidenceScene(Settings + $"    port: {_vllm.Port}\n");
        _probe = Begin(_scene);
        _folded = new FoldedEngine(_scene.Engine, _scene.Clock);
    }

    [Fact]
    public async Task Garbage_under_load_is_asked_for_seldom_and_found_by_two_looks()
    {
        _vllm.Answer = "Paris";
        await LooksAsync(60);
        _vllm.Asked.ShouldBeInRange(10, 13, "one in five minutes of an hour, and the one before it worked");

        _vllm.Answer = ")),)_)))....";
        var (looks, verdict) = (0, EngineState.Busy);
        while (verdict != EngineState.Degraded && ++looks < 20)
        {
            await LooksAsync(1);
            verdict = Judge().Fault is FaultCodes.EngineOutputDegraded ? EngineState.Degraded : EngineState.Busy;
        }

        looks.ShouldBeLessThanOrEqualTo(7, "at the next canary, and the one a minute after it");
        Signs().Canary.ShouldNotBeNull().InARow.ShouldBe(2);
    }

    [Fact]
    public async Task One_wrong_answer_under_load_is_none()
    {
        await LooksAsync(2);
        _vllm.Answer = ")),)_)))....";
        while (Signs().Canary is not { End: CanaryEnd.Wrong })
            await LooksAsync(1);
        Judge().Fault.ShouldBeNull();
        _vllm.Answer = "Paris";
        await LooksAsync(1);
        Signs().Canary!.End.ShouldBe(CanaryEnd.Right);
        Judge().Fault.ShouldBeNull();
    }

    [Fact]
    public async Task A_slow_answer_under_load_says_nothing_of_the_engine()
    {
        await LooksAsync(2);
        _vllm.Thinks = () => _scene.Clock.Advance(TimeSpan.FromSeconds(90));
        await LooksAsync(12);
        var canary = Signs().Canary!;
        (canary.HadEngineAlone, canary.SecondsPerToken).ShouldBe((false, null));
        Judge().Fault.ShouldBeNull();
    }

    [Fact]
    public async Task Odd_answers_of_others_have_a_canary_asked_at_once()
    {
        for (var look = 0; look < 8; look++)
            await LooksAsync(1, stop: 20, length: 5);
        var before = _vllm.Asked;
        await LooksAsync(1, stop: 0, length: 25);
        _vllm.Asked.ShouldBe(before + 1);
        Signs().Answers.ShouldNotBeNull().Text.ShouldBe("0 % of answers end by themselves, usually 80 %");
    }

    [Fact]
    public async Task No_canary_under_load_where_an_operator_wants_none()
    {
        using var scene = new EvidenceScene("    canary: { under_load: 0s }\n" + $"    port: {_vllm.Port}\n");
        var probe = Begin(scene);
        await probe.LookAsync(CancellationToken.None);
        var before = _vllm.Asked;
        for (var look = 0; look < 30; look++)
        {
            _vllm.Work(0, 25);
            scene.Clock.Advance(TimeSpan.FromMinutes(1));
            await probe.LookAsync(CancellationToken.None);
        }

        _vllm.Asked.ShouldBe(before);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dozen_canaries_without_an_answer_are_told_whatever_the_counters_say(bool moves)
    {
        await LooksAsync(2);
        _vllm.Answer = null;
        var (looks, seen) = (0, await LookAsync(moves));
        while (seen.Fault is null && ++looks < 60)
            seen = await LookAsync(moves);
        (seen.Verdict, seen.Fault).ShouldBe((Verdict.Faulty, FaultCodes.EngineCanaryUnanswered));
        seen.Summary.ShouldContain("12 canaries in a row without an answer");
        seen.Summary.ShouldContain("503");
        looks.ShouldBeLessThanOrEqualTo(17);
        (await LookAsync(moves)).Fault.ShouldBe(FaultCodes.EngineCanaryUnanswered, "it stays told until one is answered");
        if (moves)
            Judge().Fault.ShouldBeNull("the engine works for others");

        _vllm.Answer = "Paris";
        (await LookAsync(moves)).Fault.ShouldBeNull();
    }

    [Fact]
    public async Task Canaries_behind_a_full_queue_leave_no_sign_of_a_hang()
    {
        await LooksAsync(2);
        _vllm.Answer = null;
        await LooksAsync(30);
        Signs().Canary!.End.ShouldBe(CanaryEnd.NotNeeded);
    }

    [Fact]
    public async Task Where_requests_wait_and_none_runs_a_canary_tells_at_once_whether_the_engine_works()
    {
        await LooksAsync(2);
        var (before, now) = (_vllm.Asked, _scene.Clock.GetUtcNow());
        (_vllm.Running, _vllm.Waiting) = (0, 20);
        var (answers, queue) = (new HttpSign(now, HttpEnd.Answered, now, TimeSpan.Zero, "answers"), new QueueSign(now, 20, now, TimeSpan.FromSeconds(10)));
        var counters = new CounterSign(now, 0, 20, TimeSpan.FromSeconds(10)) { HasWork = true };
        _folded.Bring(new Scraped(_scene.Engine.Handle.Run!.Id, answers, counters, new HealthyPauseSign(now, HealthyPauses.None), queue), judges: false);
        // What moved the counters was before they came.
        await LooksAsync(1);
        _vllm.Asked.ShouldBe(before + 1);
        Judge().Rule.ShouldNotBe(EngineRules.Unanswered);
        Signs().Canary!.End.ShouldBe(CanaryEnd.Right);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(9, 0)]
    [InlineData(30, 2)]
    public async Task A_page_that_was_waited_for_in_vain_a_moment_ago_keeps_no_canary_back(int secondsAgo, int scrapes)
    {
        await LooksAsync(2);
        var (asked, scraped, at) = (_vllm.Asked, _vllm.Scraped, _scene.Clock.GetUtcNow());
        _folded.Bring(new ScrapeFailed(_scene.Engine.Handle.Run!.Id, new HttpSign(at, HttpEnd.TimedOut, at, TimeSpan.Zero, "late")), judges: false);
        _scene.Clock.Advance(TimeSpan.FromSeconds(secondsAgo));
        await _folded.LookAsync(_probe);
        _vllm.Scraped.ShouldBeGreaterThanOrEqualTo(scraped + scrapes);
        if (scrapes == 0)
            (_vllm.Asked, _vllm.Scraped).ShouldBe((asked + 1, scraped));
    }

    [Fact]
    public async Task A_canary_without_an_answer_is_a_sign_before_the_next_is_asked()
    {
        _vllm.Answer = null;
        List<int> asked = [];
        await _probe.LookAsync(
            _ =>
            {
                asked.Add(_vllm.Asked);
                return ValueTask.CompletedTask;
            },
            CancellationToken.None);
        asked.ShouldBe([1, 2]);
    }

    public void Dispose()
    {
        _scene.Dispose();
        _vllm.Dispose();
    }

    private static EngineCanaryProbe Begin(EvidenceScene scene)
    {
        scene.Process(4711, "vllm", "vllm serve /m");
        scene.Started(Story.Start, "non-default args: {}\nApplication startup complete.\n");
        return new EngineCanaryProbe(scene.Engine, scene.Clock);
    }

    private EngineSigns Signs() => _folded.Signs;

    private EngineVerdict Judge()
    {
        var now = _scene.Clock.GetUtcNow();
        return EngineJudge.Judge(Signs() with { Process = new ProcessSign(now, EngineLife.Running, "process 4711") }, new EngineLimits(), now);
    }

    private async Task<Observation> LookAsync(bool moves)
    {
        if (moves)
            _vllm.Work(1, 0);
        _scene.Clock.Advance(TimeSpan.FromMinutes(1));
        return await _folded.LookAsync(_probe);
    }

    /// <summary>One a minute, and others are answered in between.</summary>
    private async Task LooksAsync(int count, int stop = 1, int length = 0)
    {
        for (var look = 0; look < count; look++)
        {
            _vllm.Work(stop, length);
            _scene.Clock.Advance(TimeSpan.FromMinutes(1));
            await _folded.LookAsync(_probe);
        }
    }
}
