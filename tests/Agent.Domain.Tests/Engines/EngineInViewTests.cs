using Agent.Domain.Engines;
using static Agent.Domain.Tests.Engines.SomeEngine;

namespace Agent.Domain.Tests.Engines;

/// <summary>Signs that looks bring are folded into the picture, and the engine is judged there: by values alone.</summary>
public sealed class EngineInViewTests
{
    private static readonly Subject Engine = Subject.Engine("deepseek");
    private static EngineLimits Limits => new();
    private static readonly RunId First = new(1, "boot", 4711, 100);
    private static readonly RunId Second = new(2, "boot", 5000, 900);

    [Fact]
    public void The_same_looks_again_give_the_same_picture_and_the_same_verdicts()
    {
        var looks = Random(seed: 7, count: 400);
        var verdicts = Play(looks);
        Play(looks).ShouldBe(verdicts);
        verdicts.Distinct(StringComparer.Ordinal).Count().ShouldBeGreaterThan(5, "a sequence in which nothing happens proves nothing");
    }

    [Fact]
    public void Looks_of_two_probes_give_the_same_verdict_in_either_order()
    {
        var looks = Each(First, Idle.Flat(31).NoBlock(20, 10, 5) with { Chips = Chips(idleLooks: 4, idleFor: 15), AskedForPause = true });
        for (var one = 0; one < looks.Count; one++)
        {
            for (var other = one + 1; other < looks.Count; other++)
            {
                var swapped = looks.ToList();
                (swapped[one], swapped[other]) = (swapped[other], swapped[one]);
                var (first, second) = (Fold(looks).Newest!.Verdict, Fold(swapped).Newest!.Verdict);
                (second.State, second.Rule, second.Reason, second.Fault).ShouldBe((first.State, first.Rule, first.Reason, first.Fault));
                second.Evidence.ShouldBe(first.Evidence);
            }
        }

        Fold(looks).Newest!.Verdict.Fault.ShouldBe(FaultCodes.EngineHung);
    }

    [Fact]
    public void A_look_at_an_earlier_run_does_not_touch_the_signs_of_the_present_one()
    {
        var present = HostPicture.Empty.With(Seen(new RunSeen(Second, Idle.Process!))).With(Seen(new HealthSeen(Second, Http(HttpEnd.Answered, 5), null)));
        var late = present.With(Seen(new HealthSeen(First, Http(HttpEnd.Refused, 300), null)))
            .With(Engine, new ScrapeFailed(First, Http(HttpEnd.Refused, 300)));
        late.Engine(Engine).ShouldBe(present.Engine(Engine));
        late.With(Seen(new RunSeen(null, Idle.Process!))).Engine(Engine).Run.ShouldBe(Second);
    }

    [Fact]
    public void A_run_that_is_known_later_is_the_present_one_although_it_started_earlier()
    {
        RunId byHand = new(3, "boot", 4000, 50);
        var ended = HostPicture.Empty.With(Seen(new RunSeen(Second, Idle.Ended().Process!))).Judged(Engine, wanted: true, Limits, Now);
        ended.Engine(Engine).Newest!.Verdict.Fault.ShouldBe(FaultCodes.EngineExited);
        var taken = Each(byHand, Idle with { AskedForPause = true }).Aggregate(ended, (known, sign) => known.With(Seen(sign)))
            .Judged(Engine, wanted: true, Limits, Now).Engine(Engine);
        (taken.Run, taken.Newest!.Verdict.State, taken.Newest.Verdict.Fault).ShouldBe((byHand, EngineState.Idle, null));
        (taken.Takes(new RunSeen(Second, Idle.Ended().Process!)), taken.Takes(new RunSeen(byHand, Idle.Process!))).ShouldBe((false, true));
    }

    [Fact]
    public void A_new_run_begins_without_signs()
    {
        var picture = HostPicture.Empty.With(Seen(new RunSeen(First, Idle.Ended().Process!)))
            .With(Seen(new HealthSeen(First, Http(HttpEnd.Refused, 300), null)));
        picture = picture.With(Seen(new ScrapeFailed(Second, Http(HttpEnd.Failed, 0))));
        var signs = picture.Engine(Engine).Signs;
        (signs.Process, signs.Health).ShouldBe((null, null));
        signs.Metrics.ShouldNotBeNull();
        picture.Engine(Engine).Of(First).ShouldBe(new EngineSigns());
        picture.Judged(Engine, wanted: true, Limits, Now).Engine(Engine).Newest.ShouldBeNull("nobody has looked at the run itself yet");
    }

    [Fact]
    public void An_engine_whose_run_nobody_looks_at_any_more_keeps_its_last_verdict()
    {
        var picture = HostPicture.Empty.With(Seen(new RunSeen(First, Idle.Process!) { Log = Idle.Log, AskedForPause = true }))
            .Judged(Engine, wanted: true, Limits, Now);
        var newest = picture.Engine(Engine).Newest.ShouldNotBeNull();
        picture = picture.With(Seen(new HealthSeen(First, Http(HttpEnd.Refused, 300), null)));
        picture.Judged(Engine, wanted: true, Limits, Now + Limits.RunLasts + TimeSpan.FromSeconds(1)).Engine(Engine).Newest.ShouldBe(newest);
        picture.Judged(Engine, wanted: true, Limits, Now).Engine(Engine).Newest.ShouldNotBe(newest);
    }

    [Fact]
    public void A_verdict_against_it_waits_for_the_word_of_whoever_may_have_paused_it()
    {
        var busy = Each(First, Idle.Moving() with { AskedForPause = false }).Aggregate(HostPicture.Empty, (picture, sign) => picture.With(Seen(sign)))
            .Judged(Engine, wanted: true, Limits, Now);
        var hung = busy.With(Seen(new Scraped(First, Http(HttpEnd.Answered, 5), Idle.Flat(500).Counters!, new HealthyPauseSign(Now, HealthyPauses.None), null)))
            .Judged(Engine, wanted: true, Limits, Now);
        (hung.Engine(Engine).IsDoubted, hung.Engine(Engine).Newest).ShouldBe((true, busy.Engine(Engine).Newest));
        (EngineInView.Nothing.AsksForPause, busy.Engine(Engine).AsksForPause).ShouldBe((true, false), "the first look asks; it costs a call of a tool");
        hung.Engine(Engine).AsksForPause.ShouldBeTrue();

        var asked = hung.With(Seen(new RunSeen(First, Idle.Process!) { Log = Idle.Log, AskedForPause = true })).Judged(Engine, wanted: true, Limits, Now)
            .Engine(Engine);
        (asked.IsDoubted, asked.Newest!.Verdict.Fault).ShouldBe((false, FaultCodes.EngineHung));
        var pause = new PauseSign(Now, IsPaused: true, "the container is paused");
        var paused = hung.With(Seen(new RunSeen(First, Idle.Process!) { Log = Idle.Log, Pause = pause, AskedForPause = true }))
            .Judged(Engine, wanted: true, Limits, Now);
        paused.Engine(Engine).Newest!.Verdict.Fault.ShouldBe(FaultCodes.EnginePaused);
    }

    [Fact]
    public void After_a_recovery_the_run_is_looked_at_before_the_engine_is_judged_again()
    {
        var ended = HostPicture.Empty.With(Seen(new RunSeen(First, Idle.Ended().Process!))).Judged(Engine, wanted: true, Limits, Now);
        ended.Engine(Engine).Newest!.Verdict.Fault.ShouldBe(FaultCodes.EngineExited);
        var after = ended.Without(s => s == Engine, Now.AddSeconds(1));
        after.Engine(Engine).Signs.Process.ShouldBeNull();
        after.Without(s => s != Engine, Now.AddSeconds(1)).Engine(Engine).Newest.ShouldBe(ended.Engine(Engine).Newest);
        after.With(Seen(new HealthSeen(First, Http(HttpEnd.Refused, 3), null))).Judged(Engine, wanted: true, Limits, Now).Engine(Engine).Newest
            .ShouldBe(ended.Engine(Engine).Newest, "the process that ended is no news of the host after the recovery");
    }

    [Theory]
    [InlineData(ChipHolder.Nobody, 31, null, FaultCodes.ChipMemoryHeld)]
    [InlineData(ChipHolder.Others, 31, null, FaultCodes.DeviceTaken)]
    [InlineData(ChipHolder.ByHand, 31, null, FaultCodes.EngineStartedByHand)]
    [InlineData(ChipHolder.Nobody, 29, null, FaultCodes.EngineExited)]
    [InlineData(ChipHolder.Nobody, 31, FaultCodes.EngineConfigError, FaultCodes.ChipMemoryHeld)]
    [InlineData(ChipHolder.Nobody, 31, FaultCodes.ChipsLost, FaultCodes.ChipsLost)]
    public void Chips_of_an_engine_that_is_gone_which_stay_held_are_its_fault(ChipHolder holder, double seconds, string? refused, string fault)
    {
        var held = new HeldSign(Now, holder, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(30), Subject.Chip(1, 0), "its chips still hold 1/0 40000 MB");
        var start = refused is null ? null : new StartSign(Now) { RefusedFault = refused, RefusedBecause = "no" };
        var view = HostPicture.Empty.With(Seen(new RunSeen(First, Idle.Ended().Process!) { Start = start })).With(Seen(new ChipsSeen(First, null, held)))
            .Judged(Engine, wanted: true, Limits, Now).Engine(Engine);
        view.Newest!.Verdict.Fault.ShouldBe(fault);
        var seen = view.Newest.Seen(Engine, null, TimeSpan.FromSeconds(11));
        (seen.Serving, seen.NextStep is not null, seen.Known?[Placeholders.Card])
            .ShouldBe(fault == FaultCodes.ChipMemoryHeld ? (false, true, "1") : (false, false, null));
    }

    [Theory]
    [InlineData(60, FaultCodes.EngineExited)]
    [InlineData(180, FaultCodes.ChipMemoryHeld)]
    public void A_look_at_its_chips_holds_through_the_rest_that_follows_a_slow_one(double validFor, string fault)
    {
        var held = new HeldSign(Now.AddSeconds(-120), ChipHolder.Nobody, TimeSpan.FromSeconds(31), TimeSpan.FromSeconds(30), Subject.Chip(1, 0), "held");
        var looked = Seen(new ChipsSeen(First, null, held)) with { At = held.At, ValidFor = TimeSpan.FromSeconds(validFor) };
        HostPicture.Empty.With(looked).With(Seen(new RunSeen(First, Idle.Ended().Process!))).Judged(Engine, wanted: true, Limits, Now).Engine(Engine)
            .Newest!.Verdict.Fault.ShouldBe(fault);
    }

    [Fact]
    public void Answers_that_are_worse_than_the_accepted_ones_are_its_fault_and_the_next_run_has_to_be_compared()
    {
        var bad = new QualitySign(Now, ["mean difference 3.1"], "3 comparisons in a row: mean difference 3.1")
        {
            Different = ["\"Paris\", accepted was \"Lyon\""],
        };
        var idle = Each(First, Idle with { AskedForPause = true }).Aggregate(HostPicture.Empty, (known, sign) => known.With(Seen(sign)));
        var verdict = Newest(idle.With(Seen(new QualitySeen(First, bad))));
        (verdict.Fault, verdict.Reason, verdict.Evidence[1]).ShouldBe((FaultCodes.EngineOutputDegraded, bad.Text, bad.Different[0]));

        var next = Each(Second, Idle with { AskedForPause = true })
            .Aggregate(idle.With(Seen(new QualitySeen(First, bad))), (known, sign) => known.With(Seen(sign)));
        (Newest(next).Fault, Newest(next).IsOpen).ShouldBe((null, true), "that it was started anew proves nothing");
        var well = bad with { Complaints = [], Text = "as accepted" };
        (Newest(next.With(Seen(new QualitySeen(Second, well)))).State, Newest(next.With(Seen(new QualitySeen(Second, bad)))).Fault)
            .ShouldBe((EngineState.Idle, FaultCodes.EngineOutputDegraded));

        static EngineVerdict Newest(HostPicture picture) => picture.Judged(Engine, wanted: true, Limits, Now).Engine(Engine).Newest!.Verdict;
    }

    [Fact]
    public void What_people_see_of_a_verdict_is_an_observation_by_the_name_that_they_know()
    {
        var began = Now.AddSeconds(-1);
        var view = HostPicture.Empty.With(Seen(new RunSeen(First, Idle.Ended().Process!)) with { Began = began }).Judged(Engine, wanted: true, Limits, Now)
            .Engine(Engine);
        Dictionary<string, string> known = new(StringComparer.Ordinal) { [Placeholders.Process] = "4711" };
        var seen = view.Newest!.Seen(Engine, known, TimeSpan.FromSeconds(11));
        (seen.Probe, seen.Subject, seen.Verdict, seen.Fault, seen.Serving).ShouldBe(("engine-verdict", Engine, Verdict.Faulty, FaultCodes.EngineExited, false));
        (seen.At, seen.Began, seen.ValidFor, seen.Known).ShouldBe((Now, began, TimeSpan.FromSeconds(11), known));
        (seen.Summary, seen.Evidence[0]).ShouldBe(($"dead: {view.Newest.Verdict.Reason}", $"rule {EngineRules.Exited}"));
    }

    private static EngineInView Fold(IEnumerable<EngineSign> signs) =>
        signs.Aggregate(HostPicture.Empty, (picture, sign) => picture.With(Seen(sign))).Judged(Engine, wanted: true, Limits, Now).Engine(Engine);

    private static List<string> Play(IEnumerable<EngineSign> signs)
    {
        List<string> verdicts = [];
        var picture = HostPicture.Empty;
        foreach (var sign in signs)
        {
            picture = picture.With(Seen(sign)).Judged(Engine, wanted: true, Limits, Now);
            verdicts.Add(picture.Engine(Engine) is { Newest: { } newest } view
                ? $"{view.Run} {view.IsDoubted} {newest.Verdict.State} {newest.Verdict.Rule} {newest.Verdict.Reason} "
                    + $"{string.Join("; ", newest.Verdict.Evidence)}"
                : "not judged yet");
        }

        return verdicts;
    }

    /// <summary>Every look that brings a part of these signs.</summary>
    private static List<EngineSign> Each(RunId run, EngineSigns signs) =>
    [
        new RunSeen(run, signs.Process!) { Log = signs.Log, Start = signs.Start, Pause = signs.Pause, Memory = signs.Memory, Core = signs.Core,
            AskedForPause = signs.AskedForPause },
        new HealthSeen(run, signs.Health!, signs.Server),
        new Scraped(run, signs.Metrics!, signs.Counters!, new HealthyPauseSign(Now, HealthyPauses.None), signs.Queue),
        new CanarySeen(run, signs.Canary!, signs.Answers),
        .. signs.Chips is { } chips ? [new ChipsSeen(run, chips, signs.Held)] : Array.Empty<EngineSign>(),
    ];

    private static List<EngineSign> Random(int seed, int count)
    {
        var random = new Random(seed);
        EngineSigns[] scenes = [Idle, Idle.Moving(), Idle.Flat(500), Idle.Ended(), Idle.Died(30), Idle.Unanswered(3, 60), Idle.Wrong(),
            Idle with { AskedForPause = true }];
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var looks = Each(random.Next(3) == 0 ? First : Second, scenes[random.Next(scenes.Length)]);
            return looks[random.Next(looks.Count)];
        })];
    }

    private static Observation Seen(EngineSign sign) =>
        new() { Probe = sign.GetType().Name, Subject = Engine, Verdict = Verdict.Healthy, Summary = "", At = Now, Sign = sign };
}
