using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Probes;
using Agent.Storage;
using Agent.Supervision;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Supervision;

/// <summary>Signs go through the loop: it folds them, judges, and publishes what probes and pages read.</summary>
public sealed class VerdictLoopTests : IDisposable
{
    private static readonly Subject Engine = Subject.Engine("deepseek");
    private static readonly RunId Run = new(2, "boot", 4711, 100);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(Story.Start);
    private readonly List<Subject?> _wanted = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Daemon _daemon;
    private readonly Task _running;

    public VerdictLoopTests()
    {
        var yaml = $"state_folder: {_folder.Path}\nmode: observe\nengines: [ {{ name: deepseek, model: /m, chips: [0/0] }} ]";
        var settings = SettingsFile.Parse("t.yaml", yaml, _ => false).Settings!;
        var database = Database.Open(settings.StateFolder, _clock.GetUtcNow());
        _daemon = Composition.Daemon(QuietDaemon.Parts(settings, database, _clock) with { LookNow = _wanted.Add });
        _running = _daemon.Loop.RunAsync(Task.CompletedTask, _stop.Token);
    }

    [Fact]
    public async Task A_look_that_brings_a_sign_is_judged_at_once_and_seen_by_the_name_that_people_know()
    {
        await SeeAsync(new RunSeen(Run, new ProcessSign(_clock.GetUtcNow(), EngineLife.Ended, "process 4711 ended with exit code 0 in stage serving")));
        var status = await StatusAsync();
        var seen = status.Picture.Find("engine-verdict", Engine).ShouldNotBeNull();
        (seen.Verdict, seen.Fault, seen.Serving).ShouldBe((Verdict.Faulty, FaultCodes.EngineExited, false));
        _daemon.Present.Engines[0].Signs.Newest!.Verdict.Fault.ShouldBe(FaultCodes.EngineExited);
        status.Incidents.ShouldHaveSingleItem().Probe.ShouldBe("engine-verdict");
    }

    [Fact]
    public async Task A_verdict_that_other_signs_repeat_is_one_sighting_and_each_look_at_the_run_is_one()
    {
        await SeeAsync(Alive());
        var first = (await StatusAsync()).Picture.Find("engine-verdict", Engine)!;
        _clock.Advance(TimeSpan.FromSeconds(1));
        await SeeAsync(new ScrapeFailed(Run, new HttpSign(_clock.GetUtcNow(), HttpEnd.Failed, _clock.GetUtcNow(), TimeSpan.Zero, "500")));
        var status = await StatusAsync();
        (status.Picture.Find("engine-verdict", Engine)!.At, status.Picture.Looks("engine-verdict", Engine)).ShouldBe((first.At, 1));
        await SeeAsync(Alive());
        (await StatusAsync()).Picture.Looks("engine-verdict", Engine).ShouldBe(2);
    }

    [Fact]
    public async Task A_late_look_at_a_run_that_is_over_sees_nothing_again()
    {
        RunSeen ended = new(Run, new ProcessSign(_clock.GetUtcNow(), EngineLife.Ended, "process 4711 ended with exit code 0 in stage serving"));
        RunId before = new(1, "boot", 4000, 900);
        await SeeAsync(ended);
        await SeeAsync(ended with { Run = before });
        await _daemon.Loop.PostAsync(new SeenMeanwhile(Engine, ended with { Run = null }), CancellationToken.None);
        (await StatusAsync()).Picture.Looks("engine-verdict", Engine).ShouldBe(1);
        await SeeAsync(ended);
        (await StatusAsync()).Picture.Looks("engine-verdict", Engine).ShouldBe(2);
    }

    [Fact]
    public async Task What_a_look_knows_before_its_end_is_judged_before_its_end_and_a_doubt_asks_for_a_look_at_once()
    {
        await SeeAsync(Alive());
        await _daemon.Loop.PostAsync(new SeenMeanwhile(Engine, new CanarySeen(Run, Wrong(), null)), CancellationToken.None);
        var status = await StatusAsync();
        (status.Picture.Engine(Engine).IsDoubted, status.Picture.Find("engine-verdict", Engine)!.Fault).ShouldBe((true, null));
        _wanted.ShouldBe([Engine]);
        await SeeAsync(Alive() with { AskedForPause = true });
        (await StatusAsync()).Picture.Find("engine-verdict", Engine)!.Fault.ShouldBe(FaultCodes.EngineOutputDegraded);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _running.GetAwaiter().GetResult();
        _stop.Dispose();
        _folder.Dispose();
    }

    private CanarySign Wrong() => new(_clock.GetUtcNow(), CanaryEnd.Wrong, 2, _clock.GetUtcNow(), TimeSpan.FromSeconds(60), "\")),)_\"");

    private RunSeen Alive() => new(Run, new ProcessSign(_clock.GetUtcNow(), EngineLife.Running, "process 4711"))
    {
        Log = new LogSign(_clock.GetUtcNow(), "serving", true, TimeSpan.Zero),
    };

    private async Task SeeAsync(EngineSign sign)
    {
        var seen = new Observation { Probe = "a-probe", Subject = Engine, Verdict = Verdict.Healthy, Summary = "", At = _clock.GetUtcNow(), Sign = sign };
        await _daemon.Loop.PostAsync(new Looked(new ProbeLook("a-probe", seen.Subject, [seen], TimeSpan.Zero)), CancellationToken.None);
    }

    private async Task<SupervisionStatus> StatusAsync() => (await _daemon.Loop.AskAsync(new AskStatus("a test"), CancellationToken.None)).Status!;
}
