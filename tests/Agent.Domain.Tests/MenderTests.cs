namespace Agent.Domain.Tests;

/// <summary>Who ended an incident is told by what happened to it, not by whether the agent ever tried.</summary>
public sealed class MenderTests
{
    private const string Process = "engine-process";
    private const string Canary = "engine-canary";
    private const string Log = "engine-log";
    private const string ChipHealth = "chip-health";

    private readonly Scene _scene = new();

    [Fact]
    public void What_the_agent_recovered_and_proved_is_the_agent_s()
    {
        Recovered(fails: null);
        Well(Process);
        _scene.Only.MendedBy.ShouldBe(Mender.Agent);
    }

    [Fact]
    public void What_the_agent_tried_and_handed_over_is_the_person_s()
    {
        Recovered(fails: StepKind.StartEngine);
        while (_scene.Only.State != IncidentState.HandedOver)
        {
            _scene.See(Process, Scene.Deepseek, FaultCodes.EngineExited, serving: false).Pass(60);
            if (_scene.Only.State == IncidentState.Recovering)
                _scene.RunSteps(fails: StepKind.StartEngine);
        }

        _scene.Only.Attempts.ShouldNotBeEmpty();
        Well(Process);
        (_scene.Only.State, _scene.Only.MendedBy).ShouldBe((IncidentState.Resolved, (Mender?)Mender.Person));
    }

    [Fact]
    public void What_went_away_before_anybody_did_anything_is_nobody_s()
    {
        Observed();
        Well(Process);
        (_scene.Only.MendedBy, _scene.Only.Reason).ShouldBe((Mender.Itself, "went away by itself"));
    }

    [Fact]
    public void What_went_away_after_an_operator_laid_hands_on_it_is_the_person_s()
    {
        Observed();
        _scene.Apply(_scene.Only.Id, new PersonActed(_scene.Now, "root (uid 0)", "restart of engine deepseek"));
        Well(Process);
        _scene.Only.MendedBy.ShouldBe(Mender.Person);
    }

    [Theory]
    [InlineData(true, Mender.Person)]
    [InlineData(false, Mender.Agent)]
    public void A_hand_counts_after_the_agent_s_last_step_and_not_before_its_recovery(bool after, Mender by)
    {
        _scene.Keep(Process, Scene.Deepseek, FaultCodes.EngineExited, seconds: 1);
        if (!after)
            _scene.Apply(_scene.Only.Id, new PersonActed(_scene.Now, "root", "restart of engine deepseek"));
        Recovered(fails: null);
        _scene.Only.State.ShouldBe(IncidentState.Verifying);
        if (after)
            _scene.Apply(_scene.Only.Id, new PersonActed(_scene.Pass(1).Now, "root", "restart of engine deepseek"));
        Well(Process);
        (_scene.Only.State, _scene.Only.MendedBy).ShouldBe((IncidentState.Resolved, (Mender?)by));
    }

    [Fact]
    public void What_was_handed_over_and_came_back_by_the_agent_s_recovery_of_something_else_is_the_agent_s()
    {
        _scene.Keep(Log, Scene.Deepseek, FaultCodes.EngineConfigError, seconds: 4);
        var handed = _scene.Only.Id;
        _scene.Keep(ChipHealth, Scene.Chip0, FaultCodes.ChipAlarm, seconds: 60);
        _scene.Incidents.First(i => i.Id != handed).State.ShouldBe(IncidentState.Recovering);
        _scene.RunSteps().Pass(1).See(ChipHealth, Scene.Chip0).See(ChipHealth, Scene.Chip1);
        Well(Log);
        Well(Log);
        _scene.Incidents.ShouldAllBe(i => i.State == IncidentState.Resolved && i.MendedBy == Mender.Agent);
        _scene.Incidents.First(i => i.Id == handed).Reason.ShouldStartWith("mended by the recovery of incident ");
    }

    [Theory]
    [InlineData("verified: engine:deepseek serves again", Mender.Agent)]
    [InlineData("verified", Mender.Agent)]
    [InlineData("mended by a person", Mender.Person)]
    [InlineData("went away by itself", Mender.Itself)]
    [InlineData("went away", Mender.Itself)]
    public void What_an_older_agent_wrote_is_told_by_its_reason(string reason, Mender by) =>
        Some.Incident(IncidentState.Verifying).Apply(new Resolved(Scene.Start, reason)).MendedBy.ShouldBe(by);

    private void Recovered(StepKind? fails)
    {
        for (var i = 0; i < 60 && (_scene.Incidents.Count == 0 || _scene.Only.State != IncidentState.Recovering); i++)
            _scene.Keep(Process, Scene.Deepseek, FaultCodes.EngineExited, seconds: 1);
        _scene.RunSteps(fails);
    }

    private void Observed()
    {
        _scene.Settings = _scene.Settings with { Mode = AgentMode.Observe };
        _scene.Keep(Process, Scene.Deepseek, FaultCodes.EngineExited, seconds: 40);
        _scene.Only.State.ShouldBe(IncidentState.Confirmed);
    }

    private void Well(string probe)
    {
        for (var i = 0; i < 5; i++)
            _scene.Pass(2).See(Canary, Scene.Deepseek, serving: true).See(probe, Scene.Deepseek);
    }
}
