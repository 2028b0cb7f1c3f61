using Agent.Demo;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;

namespace Agent.Tests.Demo;

public sealed class DemoScenarioTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    private static readonly Subject Engine = Subject.Engine("deepseek");

    public static TheoryData<string> Stories => [.. DemoScenario.All.Where(s => !s.Harmless).Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Stories))]
    public void Every_story_names_the_faults_that_tell_it(string name) => Scenario(name).Told.ShouldNotBeEmpty();

    [Theory]
    [InlineData(FaultCodes.NpuSmiHangs)]
    [InlineData(FaultCodes.DiskLow)]
    [InlineData(FaultCodes.HostOutOfMemory)]
    public void What_a_busy_machine_has_beside_a_story_does_not_take_it_over(string note)
    {
        foreach (var scenario in DemoScenario.All.Where(s => !s.Told.Contains(note)))
            scenario.IsToldBy(Confirmed(note, Subject.Host)).ShouldBeFalse(scenario.Name);
    }

    [Fact]
    public void A_story_goes_on_when_its_fault_gets_the_name_of_its_cause()
    {
        var scenario = Scenario("engine-exit");
        var exited = Confirmed(FaultCodes.EngineExited, Engine);
        scenario.IsToldBy(exited).ShouldBeTrue();
        scenario.IsToldBy(exited.Apply(new CauseFound(At, FaultCodes.ChipAlarm, Subject.Chip(0, 0), "chip-health", "alarm", []))).ShouldBeTrue();
    }

    [Fact]
    public void A_suspicion_tells_no_story() =>
        Scenario("engine-hang").IsToldBy(Incident.Open("i", new Suspected(At, FaultCodes.EngineHung, Engine, "engine-verdict", "hung", []))).ShouldBeFalse();

    [Fact]
    public void Nothing_of_the_engine_may_happen_in_a_harmless_story() =>
        Scenario("metrics-slow").IsToldBy(Confirmed(FaultCodes.EngineHung, Engine)).ShouldBeTrue();

    private static DemoScenario Scenario(string name) => DemoScenario.All.Single(s => s.Name == name);

    private static Incident Confirmed(string fault, Subject subject) =>
        Incident.Open("i", new Suspected(At, fault, subject, "probe", "seen", [])).Apply(new Confirmed(At, "seen twice"));
}
