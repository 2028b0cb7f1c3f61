using CsCheck;

namespace Agent.Domain.Tests;

/// <summary>Random hosts with random faults, failing steps and agents that die: what must hold in every one of them.</summary>
public sealed class SimulationTests
{
    private static readonly string[] Probes = ["engine-process", "engine-log", "chip-health", "driver-unit", "engine-canary"];

    private static readonly (string Probe, Subject Subject, string Fault)[] Faults =
    [
        ("engine-verdict", Scene.Deepseek, FaultCodes.EngineExited),
        ("engine-verdict", Scene.Deepseek, FaultCodes.EngineOrphans),
        ("engine-verdict", Scene.Deepseek, FaultCodes.EngineConfigError),
        ("engine-verdict", Scene.Deepseek, FaultCodes.DeviceNotAvailable),
        ("engine-verdict", Scene.Deepseek, FaultCodes.EngineHung),
        ("chip-health", Subject.Host, FaultCodes.ChipsLost),
        ("chip-health", Scene.Chip0, FaultCodes.ChipAlarm),
        ("driver-unit", Subject.Driver, FaultCodes.DriverFailed),
    ];

    private static readonly Gen<(int Act, int Which, double Seconds)[]> Histories =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, Faults.Length - 1], Gen.Double[0.2, 20]).Array[5, 120];

    private static readonly Dictionary<StepKind, Budget> Limits = new()
    {
        [StepKind.StartEngine] = new(3, TimeSpan.FromHours(1)),
        [StepKind.ClearOrphans] = new(2, TimeSpan.FromHours(1)),
        [StepKind.ResetChip] = new(1, TimeSpan.FromHours(6)),
        [StepKind.RestartDriver] = new(1, TimeSpan.FromHours(6)),
    };

    [Fact]
    public void Budgets_hold_one_recovery_runs_at_a_time_and_history_does_not_change() => Histories.Sample(history =>
    {
        var scene = new Scene { Budgets = new Budgets(Limits, []) };
        foreach (var (act, which, seconds) in history)
        {
            Play(scene, act, which, seconds);
            scene.Incidents.Count(i => i.State is IncidentState.Recovering or IncidentState.Verifying).ShouldBeLessThanOrEqualTo(1);
            scene.Incidents.Where(i => i.IsOpen).GroupBy(i => (i.Fault, i.Subject)).ShouldAllBe(g => g.Count() == 1);
            // A plan begins only with budget left; going on after an interruption may start an engine once more.
            Spent(scene, StepKind.ResetChip).ShouldBeLessThanOrEqualTo(1);
            Spent(scene, StepKind.RestartDriver).ShouldBeLessThanOrEqualTo(1);
            if (scene.Last.Recovery is { } recovery)
                PlanShouldBeSafe(recovery.Recovery);
        }
    });

    [Fact]
    public void Nothing_is_planned_in_mode_observe() => Histories.Sample(history =>
    {
        var scene = new Scene();
        scene.Settings = scene.Settings with { Mode = AgentMode.Observe };
        foreach (var (act, which, seconds) in history)
        {
            Play(scene, act, which, seconds);
            scene.Last.Recovery.ShouldBeNull();
        }
    });

    [Fact]
    public void Nothing_is_planned_in_maintenance_of_the_host() => Histories.Sample(history =>
    {
        var scene = new Scene();
        scene.Settings = scene.Settings with { Maintenances = [new Maintenance(Subject.Host, Scene.Start, DateTimeOffset.MaxValue, "ops", "")] };
        foreach (var (act, which, seconds) in history)
        {
            Play(scene, act, which, seconds);
            scene.Last.Recovery.ShouldBeNull();
        }
    });

    [Fact]
    public void Not_seeing_leads_to_nothing() => Gen.Select(Gen.Int[0, Probes.Length - 1], Gen.Double[0.1, 60]).Array[1, 100].Sample(history =>
    {
        var scene = new Scene();
        foreach (var (probe, seconds) in history)
        {
            scene.See(Probes[probe], probe == 2 ? Subject.Host : Scene.Deepseek, probe == 2 ? FaultCodes.NpuSmiUnusable : null,
                verdict: Verdict.CouldNotLook).Pass(seconds);
            scene.Last.Recovery.ShouldBeNull();
        }
    });

    private static void Play(Scene scene, int act, int which, double seconds)
    {
        var (probe, subject, fault) = Faults[which];
        var recovering = scene.Incidents.Exists(i => i.State == IncidentState.Recovering);
        switch (act)
        {
            case 0 when recovering:
                scene.RunSteps();
                break;
            case 1 when recovering:
                scene.RunSteps(fails: (StepKind)(which % 10));
                break;
            case 2 when recovering:
                scene.RunSteps(dies: scene.Incidents.First(i => i.State == IncidentState.Recovering).Remaining[^1].Kind);
                break;
            case < 6:
                scene.See(probe, subject, fault, serving: false);
                break;
            default:
                scene.See(probe, subject, serving: subject == Scene.Deepseek ? true : null);
                break;
        }

        scene.Pass(seconds);
    }

    private static int Spent(Scene scene, StepKind kind) =>
        scene.Budgets.Uses.Where(u => u.Kind == kind && scene.Now - u.At < Limits[kind].Window).GroupBy(u => u.Subject).Select(g => g.Count())
            .DefaultIfEmpty().Max();

    private static void PlanShouldBeSafe(RecoveryPlanned plan)
    {
        var steps = plan.Steps.ToList();
        foreach (var start in steps.Where(s => s.Kind == StepKind.StartEngine))
            steps.Skip(steps.FindLastIndex(s => s.IsWide) + 1).TakeWhile(s => s != start)
                .ShouldContain(s => s.Kind == StepKind.WaitForChipMemory && s.Subject == start.Subject);
        var wide = steps.FindIndex(s => s.IsWide);
        if (wide < 0)
            return;
        steps[..wide].ShouldContain(s => s.Kind == StepKind.CollectAllEvidence);
        steps[..wide].ShouldContain(s => s.Kind == StepKind.StopEngine);
        steps[wide..].ShouldContain(s => s.Kind == StepKind.WaitForChips);
        steps[wide..].ShouldContain(s => s.Kind == StepKind.StartEngine);
    }
}
