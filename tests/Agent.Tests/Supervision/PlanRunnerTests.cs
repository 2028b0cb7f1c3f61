using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Remedies;
using Agent.Storage;
using Agent.Supervision;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Supervision;

/// <summary>The steps of a recovery, in order, each in the journal before it is done and after it.</summary>
public sealed class PlanRunnerTests
{
    private static readonly Step Stop = new(StepKind.StopEngine, Story.Engine);
    private static readonly Step Reset = new(StepKind.ResetChip, Subject.Chip(0, 0));
    private static readonly Step Start = new(StepKind.StartEngine, Story.Engine) { EvenAfterFailure = true };

    private readonly List<string> _happened = [];
    private readonly List<IncidentEvent> _recorded = [];
    private readonly List<string> _progress = [];
    private bool _onDisk = true;

    [Fact]
    public async Task Each_step_is_on_disk_before_it_is_done_and_its_end_after_it()
    {
        await RunAsync([Stop, Start], _ => StepOutcome.Done("well"));
        _happened.ShouldBe(
        [
            "step-started stop-engine", "does stop-engine", "step-ended stop-engine",
            "step-started start-engine", "does start-engine", "step-ended start-engine",
            "recovery-ended",
        ]);
        Ended().Succeeded.ShouldBeTrue();
        Ended().Reason.ShouldBe("rung engine: every step succeeded");
    }

    [Fact]
    public async Task After_a_failed_step_only_those_run_that_give_back_what_was_stopped()
    {
        await RunAsync([Stop, Reset, Start], step => step == Stop ? StepOutcome.Failed("it lives") : StepOutcome.Done("well"));
        _happened.ShouldNotContain("does reset-chip");
        _happened.ShouldContain("does start-engine");
        Ended().Succeeded.ShouldBeFalse();
        Ended().Reason.ShouldBe($"{Stop}: it lives");
    }

    [Fact]
    public async Task The_first_failure_is_the_reason()
    {
        await RunAsync([Stop, Start], step => StepOutcome.Failed($"no {step.Name}"));
        Ended().Reason.ShouldBe($"{Stop}: no stop-engine");
    }

    [Fact]
    public async Task A_remedy_that_throws_is_a_failed_step()
    {
        await RunAsync([Stop, Reset], _ => throw new InvalidOperationException("a mistake"));
        _recorded.OfType<StepEnded>().ShouldHaveSingleItem().Detail.ShouldBe("the remedy itself failed: a mistake");
        Ended().Succeeded.ShouldBeFalse();
    }

    [Fact]
    public async Task An_agent_that_stops_leaves_the_step_begun()
    {
        using var stop = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(() => RunAsync([Stop, Start], _ =>
        {
            stop.Cancel();
            throw new OperationCanceledException(stop.Token);
        }, stop.Token));
        _happened.ShouldBe(["step-started stop-engine", "does stop-engine"]);
    }

    [Fact]
    public async Task A_wide_step_that_cannot_be_counted_is_not_begun()
    {
        _onDisk = false;
        await RunAsync([Stop, Reset], _ => StepOutcome.Done("well"));
        _happened.ShouldContain("does stop-engine", "what saves an engine is done, on disk or not");
        _happened.ShouldNotContain("does reset-chip");
        _recorded.OfType<StepEnded>().Last().NotBegun.ShouldBeTrue();
        Ended().NotBegun.ShouldBeTrue();
    }

    [Fact]
    public async Task A_step_that_was_refused_for_a_while_is_no_attempt()
    {
        await RunAsync([Start], _ => StepOutcome.Failed("the tool's daemon is away") with { NotBegun = true, Waits = true });
        _recorded.OfType<StepEnded>().ShouldHaveSingleItem().NotBegun.ShouldBeTrue();
        Ended().NotBegun.ShouldBeTrue();
    }

    [Fact]
    public async Task Progress_is_told_with_its_step()
    {
        await RunAsync([Stop], _ => StepOutcome.Done("well"));
        _progress.ShouldBe(["stop-engine: takes time"]);
    }

    private RecoveryEnded Ended() => _recorded.OfType<RecoveryEnded>().ShouldHaveSingleItem();

    private Task RunAsync(IReadOnlyList<Step> steps, Func<Step, StepOutcome> outcome, CancellationToken cancellation = default)
    {
        var remedies = steps.Select(s => new ScriptedRemedy(s.Kind, context =>
        {
            _happened.Add($"does {context.Step.Name}");
            context.Progress("takes time");
            return outcome(context.Step);
        })).ToList();
        var planned = new RecoveryPlanned(Story.Start, Rung.Engine, steps, "", "");
        var runner = new PlanRunner(remedies, new FakeTimeProvider(Story.Start));
        return runner.RunAsync("a", planned, Record, (step, text) => _progress.Add($"{step.Name}: {text}"), cancellation);
    }

    private Task<bool> Record(IncidentEvent happened)
    {
        _recorded.Add(happened);
        _happened.Add(EventJson.KindOf(happened) + (happened switch
        {
            StepStarted begun => " " + begun.Step.Name,
            StepEnded ended => " " + ended.Step.Name,
            _ => "",
        }));
        return Task.FromResult(_onDisk);
    }

    private sealed class ScriptedRemedy(StepKind kind, Func<StepContext, StepOutcome> does) : IRemedy
    {
        public StepKind Kind => kind;

        public Task<StepOutcome> RunAsync(StepContext context, CancellationToken cancellation) => Task.FromResult(does(context));
    }
}
