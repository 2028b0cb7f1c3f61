using Agent.Domain.Engines;
using Agent.Domain.Tests.Engines;

namespace Agent.Domain.Tests;

/// <summary>
/// A person starts an engine anew whose fault was handed over. While it loads, nothing is wrong with it and nothing is proved: its incident ends
/// once the new run has done its work, whatever the run before it had shown.
/// </summary>
public sealed class HandedOverStartTests
{
    private const string Canary = "engine-canary";
    private static readonly RunId First = new(1, "boot", 4711, 1);
    private static readonly RunId Second = new(2, "boot", 4712, 9);

    private readonly Scene _scene = new();

    public static TheoryData<string> Faults =>
    [
        FaultCodes.EngineConfigError, FaultCodes.EngineKvCacheTooSmall, FaultCodes.EngineStartFails, FaultCodes.EngineExited, FaultCodes.EngineHung,
        FaultCodes.EngineOutputDegraded, FaultCodes.EngineStoppedByOther,
    ];

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_start_alone_ends_no_incident(string fault)
    {
        HandOver(fault);
        Starts(300);
        _scene.Only.State.ShouldBe(IncidentState.HandedOver);
        Serves();
        _scene.Only.State.ShouldBe(IncidentState.Resolved);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void An_answer_of_the_run_before_is_no_proof_of_the_one_that_starts(string fault)
    {
        HandOver(fault);
        _scene.See(Run(SomeEngine.Idle, First)).See(Some.Probe(Scene.Deepseek), Scene.Deepseek, fault);
        Answers(First);
        Starts(300);
        _scene.Only.State.ShouldBe(IncidentState.HandedOver);
        Serves();
        _scene.Only.State.ShouldBe(IncidentState.Resolved);
    }

    [Fact]
    public void An_answer_of_the_run_before_that_comes_late_is_none_either()
    {
        HandOver(FaultCodes.EngineConfigError);
        See(SomeEngine.Idle, First, 1);
        Starts(60);
        Answers(First);
        Starts(60);
        _scene.Only.State.ShouldBe(IncidentState.HandedOver);
        Serves();
        _scene.Only.State.ShouldBe(IncidentState.Resolved);
    }

    // Nothing tells that it was started anew: the agent had not seen the run yet.
    [Fact]
    public void An_answer_that_came_before_the_first_look_at_the_run_stays_one()
    {
        HandOver(FaultCodes.EngineConfigError);
        Answers(First);
        See(SomeEngine.Idle, First, 60);
        _scene.Only.State.ShouldBe(IncidentState.Resolved);
    }

    [Fact]
    public void An_answer_of_another_engine_stays_one()
    {
        var other = Subject.Engine("other");
        var picture = HostPicture.Empty.With(Run(SomeEngine.Idle, First))
            .With(Some.Observation(Canary, other, _scene.Now) with { Serving = true })
            .With(Scene.Deepseek, Run(SomeEngine.Idle, Second).Sign!);
        picture.Find(Canary, other)!.Serving.ShouldBe(true);
    }

    [Fact]
    public void A_look_that_is_not_over_yet_tells_of_the_next_run_too()
    {
        var picture = HostPicture.Empty.With(Run(SomeEngine.Idle, First)).With(Answer(First));
        picture.Find(Canary, Scene.Deepseek)!.Serving.ShouldBe(true);
        picture.With(Scene.Deepseek, Run(SomeEngine.Idle, Second).Sign!).Find(Canary, Scene.Deepseek)!.Serving.ShouldBeNull();
    }

    [Fact]
    public void Nor_does_it_verify_a_recovery()
    {
        _scene.Keep(Some.Probe(Scene.Deepseek), Scene.Deepseek, FaultCodes.EngineHung).RunSteps();
        _scene.Only.State.ShouldBe(IncidentState.Verifying);
        See(SomeEngine.Idle with { Health = null, Metrics = null, Counters = null, Canary = null }, First, 1);
        Answers(First);
        Starts(5);
        _scene.Only.State.ShouldBe(IncidentState.Verifying);
        Serves();
        _scene.Only.State.ShouldBe(IncidentState.Resolved);
    }

    private void HandOver(string fault)
    {
        _scene.Incidents.Add(Some.Incident("mine", fault, Scene.Deepseek, IncidentState.HandedOver, _scene.Now));
        _scene.Pass(1);
    }

    private void Starts(int seconds)
    {
        var signs = SomeEngine.Idle with { Log = new LogSign(SomeEngine.Now, "weights", false, TimeSpan.FromSeconds(10)) };
        See(signs, Second, seconds);
    }

    private void Serves()
    {
        See(SomeEngine.Idle, Second, 60);
        _scene.Only.State.ShouldNotBe(IncidentState.Resolved, "a run that is up has not done its work yet");
        Answers(Second);
    }

    private void Answers(RunId run) => _scene.See(Answer(run)).Pass(1);

    private Observation Answer(RunId run) => Some.Observation(Canary, Scene.Deepseek, _scene.Now) with
    {
        Serving = true,
        ValidFor = TimeSpan.FromMinutes(10),
        Sign = new CanarySeen(run, SomeEngine.Idle.Canary!, null),
    };

    private Observation Run(EngineSigns signs, RunId run) => Some.Observation("engine-process", Scene.Deepseek, _scene.Now) with
    {
        Sign = new RunSeen(run, signs.Process!),
    };

    private void See(EngineSigns signs, RunId run, int seconds)
    {
        var verdict = EngineJudge.Judge(signs, new EngineLimits(), SomeEngine.Now);
        var seen = new EngineJudgement(verdict, signs, SomeEngine.Now, SomeEngine.Now, SomeEngine.Now).Seen(Scene.Deepseek, null, TimeSpan.FromSeconds(11));
        for (var i = 0; i < seconds; i++)
            _scene.See(Run(signs, run)).See(seen).Pass(1);
    }
}
