namespace Agent.Domain.Tests;

/// <summary>Incidents in the history whose fault another version of the agent named.</summary>
public sealed class UnknownFaultTests
{
    private const string Gone = "a-fault-of-another-version";
    private static readonly HostLayout Layout = new([new EngineOnChips("deepseek", [Subject.Chip(0, 0)], Wanted: true)], [Subject.Chip(0, 0)], ResetScope.Chip);
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void One_of_an_unknown_fault_is_handed_over_in_one_sentence_and_the_others_go_on()
    {
        var unknown = Opened("a", Gone).Apply(new Confirmed(Now, "seen twice"));
        var known = Opened("b", FaultCodes.EngineExited).Apply(new Confirmed(Now, "leaves no doubt"));
        var plan = Decide(unknown, known);
        plan.Changes.Where(c => c.IncidentId == "a").Select(c => c.Event).ShouldHaveSingleItem().ShouldBeOfType<HandedOver>().Reason
            .ShouldBe($"This version of the agent knows no fault {Gone}: a person has to act. it ended");
        plan.Recovery.ShouldNotBeNull().IncidentId.ShouldBe("b");
    }

    [Theory]
    [InlineData(IncidentState.Suspected)]
    [InlineData(IncidentState.Confirmed)]
    [InlineData(IncidentState.Interrupted)]
    [InlineData(IncidentState.Verifying)]
    [InlineData(IncidentState.HandedOver)]
    public void In_no_state_does_it_stop_the_policy(IncidentState state)
    {
        var step = new Step(StepKind.StartEngine, Subject.Engine("deepseek"));
        var incident = Opened("a", Gone).Apply(new RecoveryPlanned(Now, Rung.Engine, [step], "", "")) with { State = state };
        Should.NotThrow(() => Decide(incident));
    }

    private static Incident Opened(string id, string fault) =>
        Incident.Open(id, new Suspected(Now.AddMinutes(-5), fault, Subject.Engine("deepseek"), "engine-verdict", "it ended", []));

    private static Plan Decide(params IReadOnlyList<Incident> incidents) =>
        RecoveryPolicy.Decide(HostPicture.Empty, incidents, Budgets.Unlimited, new RecoverySettings { Layout = Layout }, Now);
}
