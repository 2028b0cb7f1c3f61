using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Remedies;
using Agent.Storage;
using Agent.Supervision;

namespace Agent.Tests.Supervision;

/// <summary>What the next agent would need goes only once the journal says how the step ended.</summary>
public sealed class RecordedStepTests
{
    [Theory]
    [InlineData(true, "step-started evidence-secured step-ended forgotten recovery-ended")]
    [InlineData(false, "step-started evidence-secured step-ended recovery-ended")]
    public async Task The_beginning_of_a_bundle_is_forgotten_once_the_end_of_the_step_is_on_disk(bool onDisk, string order)
    {
        List<string> happened = [];
        var remedy = new EvidenceRemedy(EvidenceRemedy.Complete, (_, _, _, _) =>
            Task.FromResult(new StepOutcome(true, "", "/b/a-full-1.tar.gz") { BundleIsFull = true, WhenRecorded = () => happened.Add("forgotten") }));
        var step = new Step(StepKind.CompleteEvidence, Subject.Host);
        EvidenceSecured? secured = null;
        var planned = new RecoveryPlanned(Story.Start, Rung.Chip, [step], "", "");
        await new PlanRunner([remedy], TimeProvider.System).RunAsync("a", planned, Record, (_, _) => { }, CancellationToken.None);
        string.Join(' ', happened).ShouldBe(order);
        secured!.Full.ShouldBeTrue("it says of the bundle what it is, whatever steps are left of the plan");

        Task<bool> Record(IncidentEvent e)
        {
            happened.Add(EventJson.KindOf(e));
            secured = e as EvidenceSecured ?? secured;
            return Task.FromResult(onDisk);
        }
    }
}
