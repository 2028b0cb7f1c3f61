namespace Agent.Domain.Tests;

/// <summary>A chip whose memory is worn out is a person's, and serves on until it is replaced.</summary>
public sealed class WornMemoryTests
{
    private const string Process = "engine-process";
    private const string Memory = "chip-memory";

    private readonly Scene _scene = new();

    [Fact]
    public void It_is_handed_over_without_a_step()
    {
        _scene.See(Memory, Scene.Chip0, FaultCodes.MemoryWornOut).Pass(1);
        _scene.Only.State.ShouldBe(IncidentState.HandedOver);
        _scene.Only.Attempts.ShouldBeEmpty();
    }

    [Fact]
    public void A_restart_of_the_engine_on_it_succeeds_all_the_same()
    {
        _scene.See(Memory, Scene.Chip0, FaultCodes.MemoryWornOut).Pass(1);
        _scene.Keep(Process, Scene.Deepseek, FaultCodes.EngineExited, seconds: 4);
        var engine = _scene.Incidents.Single(i => i.Fault == FaultCodes.EngineExited);
        engine.State.ShouldBe(IncidentState.Recovering);

        while (_scene.Incidents.Single(i => i.Id == engine.Id) is { State: IncidentState.Recovering } now)
        {
            var step = now.Remaining[0];
            _scene.Apply(engine.Id, new StepStarted(_scene.Now, step));
            _scene.Apply(engine.Id, new StepEnded(_scene.Now, step, true, "done"));
            if (now.Remaining.Count == 1)
                _scene.Apply(engine.Id, new RecoveryEnded(_scene.Now, true, "every step succeeded"));
        }

        _scene.Pass(1).See(Memory, Scene.Chip0, FaultCodes.MemoryWornOut).See(Process, Scene.Deepseek).See("engine-canary", Scene.Deepseek, serving: true);
        _scene.Incidents.Single(i => i.Id == engine.Id).State.ShouldBe(IncidentState.Resolved);
        _scene.Incidents.Single(i => i.Fault == FaultCodes.MemoryWornOut).State.ShouldBe(IncidentState.HandedOver);
    }
}
