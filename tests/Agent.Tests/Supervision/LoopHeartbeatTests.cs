using Agent.Domain.Observations;
using Agent.Storage;
using Agent.Supervision;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Supervision;

/// <summary>The watchdog is fed by the turns of the loop itself, so that a loop that stands still is not fed.</summary>
public sealed class LoopHeartbeatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly ListeningSystemd _systemd;

    public LoopHeartbeatTests() => _systemd = new ListeningSystemd(_folder.File("notify"));

    [Fact]
    public async Task It_is_ready_and_beats_while_engines_are_taken_up_and_while_nothing_happens()
    {
        using var stop = new CancellationTokenSource();
        var takenUp = new TaskCompletionSource();
        var running = Loop(_ => { }).RunAsync(takenUp.Task, stop.Token);
        _systemd.Hear().ShouldStartWith("READY=1");
        _systemd.Hear().ShouldBe("WATCHDOG=1\nSTATUS=deepseek not judged yet; no incident");
        _clock.Advance(TimeSpan.FromSeconds(1));
        _systemd.Hear().ShouldStartWith("WATCHDOG=1");
        takenUp.SetResult();
        _clock.Advance(TimeSpan.FromSeconds(1));
        _systemd.Hear().ShouldStartWith("WATCHDOG=1");
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_loop_that_stands_still_is_not_fed()
    {
        using var stop = new CancellationTokenSource();
        using var stuck = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var loop = Loop(_ =>
        {
            stuck.Set();
            goOn.Wait();
        });
        var running = loop.RunAsync(Task.CompletedTask, stop.Token);
        _systemd.Hear().ShouldStartWith("READY=1");
        _systemd.Hear().ShouldStartWith("WATCHDOG=1");
        await loop.PostAsync(new EngineEnded(Subject.Engine("deepseek")), CancellationToken.None);
        stuck.Wait(TimeSpan.FromSeconds(10)).ShouldBeTrue();
        for (var seconds = 0; seconds < 60; seconds++)
            _clock.Advance(TimeSpan.FromSeconds(1));
        _systemd.HasHeard.ShouldBeFalse();
        goOn.Set();
        _systemd.Hear().ShouldStartWith("WATCHDOG=1");
        await stop.CancelAsync();
        await running;
    }

    public void Dispose()
    {
        _systemd.Dispose();
        _folder.Dispose();
    }

    private SupervisionLoop Loop(Action<Subject?> lookNow)
    {
        var settings = SettingsFile.Parse("t.yaml", $"state_folder: {_folder.Path}\nengines: [ {{ name: deepseek, model: /m, chips: [0/0] }} ]",
            _ => false).Settings!;
        var database = Database.Open(settings.StateFolder, _clock.GetUtcNow());
        return Composition.Daemon(QuietDaemon.Parts(settings, database, _clock) with { Systemd = _systemd.Connect("4000000"), LookNow = lookNow }).Loop;
    }
}
