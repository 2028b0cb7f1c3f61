using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Engines.Chips;
using Agent.Remedies;
using Agent.Tests.Bundles;
using Agent.Tests.Probes;

namespace Agent.Tests.Remedies;

/// <summary>Chip memory, leftovers, proof and evidence of one engine.</summary>
public sealed class EngineRemedyTests : IDisposable
{
    private readonly EvidenceScene _scene = new("    stop: { chip_memory_wait: 20s }\n");
    private readonly SmallBoard _board = new();
    private readonly List<string> _progress = [];

    [Fact]
    public async Task Chip_memory_at_its_idle_level_is_waited_for_no_longer()
    {
        (await Memory()).ShouldBe(StepOutcome.Done("chip memory is at its idle level"));
        _progress.ShouldBeEmpty();
    }

    [Fact]
    public async Task Chip_memory_that_stays_held_is_a_failure_that_names_who_holds_it()
    {
        _board.Hold(1, 30000, 99, "python");
        var outcome = await Memory();
        outcome.Succeeded.ShouldBeFalse();
        outcome.Detail.ShouldStartWith("chip memory is still held after 20s: 1/0 33400 MB by python 99");
        _progress.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Chip_memory_that_nobody_can_tell_of_does_not_hold_up_the_start()
    {
        _board.Say("info", "");
        var outcome = await Memory();
        outcome.Succeeded.ShouldBeTrue();
        outcome.Detail.ShouldStartWith("not seen: ");
    }

    [Fact]
    public async Task An_engine_that_was_not_started_proves_nothing() =>
        (await new EngineVerifyRemedy([_scene.Engine], _scene.Clock).RunAsync(Step(StepKind.VerifyEngine), CancellationToken.None))
            .ShouldBe(StepOutcome.Failed("was not started"));

    [Fact]
    public async Task An_engine_that_ended_is_told_with_its_stage()
    {
        _scene.Started(Story.Start, "non-default args: {}\n");
        var outcome = await new EngineVerifyRemedy([_scene.Engine], _scene.Clock).RunAsync(Step(StepKind.VerifyEngine), CancellationToken.None);
        outcome.Succeeded.ShouldBeFalse();
        outcome.Detail.ShouldStartWith("ended");
    }

    [Fact]
    public async Task Without_leftovers_there_is_nothing_to_kill() =>
        (await new OrphansRemedy([_scene.Engine], _scene.Clock).RunAsync(Step(StepKind.ClearOrphans), CancellationToken.None))
            .ShouldBe(StepOutcome.Done("no leftover process of this engine"));

    [Fact]
    public async Task A_stop_of_an_engine_that_does_not_run_is_done()
    {
        (await new EngineStopRemedy([_scene.Engine], _scene.Clock).RunAsync(Step(StepKind.StopEngine), CancellationToken.None)).Succeeded.ShouldBeTrue();
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(UnauthorizedAccessException))]
    [InlineData(typeof(InvalidOperationException))]
    public async Task Evidence_that_cannot_be_written_holds_up_no_recovery(Type problem)
    {
        var remedy = new EvidenceRemedy(EvidenceRemedy.Begin, (_, _, _, _) => throw (Exception)Activator.CreateInstance(problem, "no room")!);
        (await remedy.RunAsync(Step(StepKind.CollectEvidence), CancellationToken.None)).ShouldBe(StepOutcome.Done("no bundle could be written: no room"));
    }

    [Fact]
    public async Task Evidence_is_collected_for_its_kind_and_its_incident()
    {
        (StepKind, string)? asked = null;
        var remedy = new EvidenceRemedy(EvidenceRemedy.BeginFull, (kind, incident, _, _) =>
        {
            asked = (kind, incident);
            return Task.FromResult(StepOutcome.Done("12 files"));
        });
        remedy.Kind.ShouldBe(StepKind.CollectAllEvidence);
        (await remedy.RunAsync(Step(StepKind.CollectAllEvidence), CancellationToken.None)).Detail.ShouldBe("12 files");
        asked.ShouldBe((StepKind.CollectAllEvidence, "an-incident"));
    }

    [Fact]
    public async Task A_step_for_an_engine_that_is_configured_no_more_is_a_mistake_that_names_it()
    {
        var step = new StepContext(new Step(StepKind.StopEngine, Subject.Engine("gone")), "a", _ => { });
        var remedy = new EngineStopRemedy([_scene.Engine], _scene.Clock);
        var mistake = await Should.ThrowAsync<InvalidOperationException>(() => remedy.RunAsync(step, CancellationToken.None));
        mistake.Message.ShouldBe("engine:gone is in no engine section any more");
    }

    public void Dispose() => _scene.Dispose();

    private async Task<StepOutcome> Memory()
    {
        // Both chips have been seen idle.
        if ((await _board.NpuSmi.TableAsync(CancellationToken.None)).Value is { } table)
            _board.Chips.Learn(table);
        var waiting = new ChipMemoryRemedy([_scene.Engine], new ChipMemoryRelease(_board.NpuSmi, _board.Chips, _board.Clock))
            .RunAsync(Step(StepKind.WaitForChipMemory), CancellationToken.None);
        while (!waiting.IsCompleted)
        {
            _board.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await waiting;
    }

    private StepContext Step(StepKind kind) => new(new Step(kind, Story.Engine), "an-incident", _progress.Add);
}
