namespace Agent.Domain.Tests;

/// <summary>
/// An agent that is started anew on a host whose clock was wrong before: what the journal holds lies in the future, or longer ago than
/// it was. No state of an incident is a trap, and no attempt is given back for it.
/// </summary>
public sealed class ClockStepTests
{
    private const string Process = "engine-process";
    private const string Canary = "engine-canary";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(12);

    private static readonly TimeSpan[] Steps =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), TimeSpan.FromHours(1), TimeSpan.FromHours(8), TimeSpan.FromDays(1)];

    public static TheoryData<IncidentState, TimeSpan> StatesAndSteps()
    {
        TheoryData<IncidentState, TimeSpan> rows = [];
        foreach (var state in Enum.GetValues<IncidentState>())
        {
            foreach (var step in Steps.SelectMany(s => (TimeSpan[])[s, -s]))
                rows.Add(state, step);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(StatesAndSteps))]
    public void An_incident_in_any_state_ends_after_the_clock_was_set_and_the_agent_was_started_anew(IncidentState state, TimeSpan step)
    {
        var scene = In(state);
        scene.StartAnew(step);
        var (begun, planned) = (scene.Now, scene.Planned.Count);
        var isMendedBefore = state is IncidentState.Verifying or IncidentState.HandedOver or IncidentState.Resolved or IncidentState.Dismissed;
        var isMended = isMendedBefore;
        while (scene.Incidents[0].IsOpen && scene.Now - begun < Patience)
        {
            if (scene.Incidents[0].State == IncidentState.Recovering)
            {
                scene.RunSteps();
                isMended = true;
            }

            scene.See(Process, Scene.Deepseek, isMended ? null : FaultCodes.EngineExited, serving: isMended ? null : false);
            if (isMended)
                scene.See(Canary, Scene.Deepseek, serving: true);
            scene.Pass(1);
        }

        scene.Incidents[0].IsOpen.ShouldBeFalse($"{scene.Incidents[0].State}: {scene.Incidents[0].Reason}");
        (scene.Planned.Count - planned).ShouldBe(isMendedBefore ? 0 : 1);
        scene.Incidents.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(3600)]
    [InlineData(28800)]
    [InlineData(86400)]
    public void Attempts_of_the_future_count_as_attempts_of_the_present_and_are_over_after_their_window(int ahead)
    {
        Budget limit = new(1, TimeSpan.FromHours(1));
        var now = Scene.Start;
        BudgetUse use = new(StepKind.StartEngine, Scene.Deepseek, now.AddSeconds(ahead));
        var budgets = new Budgets(new Dictionary<StepKind, Budget> { [StepKind.StartEngine] = limit }, [use]).NotAfter(now);
        budgets.Refusal(StepKind.StartEngine, Scene.Deepseek, now).ShouldNotBeNull();
        budgets.Refusal(StepKind.StartEngine, Scene.Deepseek, now + limit.Window).ShouldBeNull();
    }

    [Fact]
    public void A_maintenance_of_the_future_lasts_as_long_as_it_was_asked_for()
    {
        var now = Scene.Start;
        var window = new Maintenance(Scene.Deepseek, now.AddDays(1), now.AddDays(1).AddMinutes(30), "root", "").NotAfter(now);
        window.IsActive(now.AddMinutes(29)).ShouldBeTrue();
        window.IsActive(now.AddMinutes(31)).ShouldBeFalse();
    }

    private static Scene In(IncidentState state)
    {
        var scene = new Scene();
        if (state == IncidentState.Suspected)
            return scene.See(Process, Scene.Deepseek, FaultCodes.EngineExited, serving: false);
        if (state == IncidentState.Dismissed)
            return scene.See(Process, Scene.Deepseek, FaultCodes.EngineExited, serving: false).Pass(1).See(Process, Scene.Deepseek);
        if (state == IncidentState.Confirmed)
        {
            var settings = scene.Settings;
            scene.Settings = settings with { Mode = AgentMode.Observe };
            scene.Keep(Process, Scene.Deepseek, FaultCodes.EngineExited, seconds: 4);
            scene.Settings = settings;
            return scene;
        }

        scene.Keep(Process, Scene.Deepseek, FaultCodes.EngineExited, seconds: 4);
        if (state == IncidentState.Interrupted)
            scene.RunSteps(dies: StepKind.StartEngine);
        if (state is IncidentState.Verifying or IncidentState.Resolved)
            scene.RunSteps();
        if (state == IncidentState.Resolved)
            scene.See(Process, Scene.Deepseek).See(Canary, Scene.Deepseek, serving: true);
        if (state == IncidentState.HandedOver)
            scene.Apply(scene.Only.Id, new HandedOver(scene.Now, "a person has to act"));
        scene.Incidents[0].State.ShouldBe(state);
        return scene;
    }
}
