using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.ForeignText;
using Agent.Probes;
using Agent.Supervision;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Supervision;

/// <summary>A check looks once at everything, and its slowest probe decides when it is over.</summary>
public sealed class LooksOfOneCheckTests : IDisposable
{
    private static readonly Subject Engine = Subject.Engine("deepseek");
    private static readonly RunId Run = new(1, "boot", 4711, 100);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(Story.Start);
    private readonly EngineVerdicts _verdicts;
    private readonly TextGate _gate;

    public LooksOfOneCheckTests()
    {
        var yaml = $"state_folder: {_folder.Path}\nengines: [ {{ name: deepseek, model: /m, chips: [0/0] }} ]";
        var settings = SettingsFile.Parse("t.yaml", yaml, _ => false).Settings!;
        var parts = Composition.Parts(settings, keeps: false, _clock);
        _gate = parts.Gate;
        _verdicts = new EngineVerdicts(settings, parts.Engines, _gate);
    }

    [Fact]
    public async Task An_engine_that_is_gone_is_told_also_where_another_look_took_a_minute()
    {
        var gone = Seen("engine-process", new RunSeen(Run, new ProcessSign(_clock.GetUtcNow(), EngineLife.Ended, "process 4711 ended with exit code 0")));
        var probe = new SlowProbe(_clock);
        var look = new ScheduledProbe(probe, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5), _gate).LookAsync(_clock, CancellationToken.None);
        _clock.Advance(SlowProbe.Takes);
        var verdict = _verdicts.Once([gone, .. (await look).Observations]).ShouldHaveSingleItem();
        (verdict.Probe, verdict.Verdict, verdict.Fault).ShouldBe(("engine-verdict", Verdict.Faulty, FaultCodes.EngineExited));
    }

    [Fact]
    public void A_look_of_the_engine_that_took_a_minute_counts()
    {
        var up = Seen("engine-process", new RunSeen(Run, new ProcessSign(_clock.GetUtcNow(), EngineLife.Running, "process 4711"))
        {
            Log = new LogSign(_clock.GetUtcNow(), "serving", true, TimeSpan.Zero),
            AskedForPause = true,
        });
        _clock.Advance(SlowProbe.Takes);
        var now = _clock.GetUtcNow();
        var wrong = Seen("engine-canary", new CanarySeen(Run, new CanarySign(now, CanaryEnd.Wrong, 2, now, TimeSpan.FromSeconds(60), "\")),)_\""), null));
        _verdicts.Once([up, wrong]).ShouldHaveSingleItem().Fault.ShouldBe(FaultCodes.EngineOutputDegraded);
    }

    [Fact]
    public void An_engine_whose_run_was_not_seen_gets_no_verdict() =>
        _verdicts.Once([Seen("engine-health", new HealthSeen(Run,
            new HttpSign(_clock.GetUtcNow(), HttpEnd.Refused, _clock.GetUtcNow(), TimeSpan.Zero, "refused"),
            null))]).ShouldBeEmpty();

    public void Dispose() => _folder.Dispose();

    private Observation Seen(string probe, EngineSign sign) =>
        new() { Probe = probe, Subject = Engine, Verdict = Verdict.Healthy, Summary = "", At = _clock.GetUtcNow(), Sign = sign };

    private sealed class SlowProbe(TimeProvider clock) : IProbe
    {
        public static readonly TimeSpan Takes = TimeSpan.FromMinutes(1);

        public string Name => "chip-health";

        public Subject Subject => Subject.Host;

        public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
        {
            await Task.Delay(Takes, clock, cancellation);
            return [new Observation { Probe = Name, Subject = Subject, Verdict = Verdict.Healthy, Summary = "", At = clock.GetUtcNow() }];
        }
    }
}
