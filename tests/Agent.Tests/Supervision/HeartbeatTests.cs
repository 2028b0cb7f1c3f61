using System.Collections.Concurrent;
using Agent.Adapters.Systemd;
using Agent.Supervision;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Supervision;

public sealed class HeartbeatTests : IDisposable
{
    private const string Minute = "60000000";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();
    private string _state = "deepseek serving; no incident";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Systemd_hears_the_whole_life_on_a_path_and_on_an_abstract_name(bool isAbstract)
    {
        using var systemd = new ListeningSystemd(isAbstract ? $"@npu-agent-test-{Guid.NewGuid()}" : _folder.File("notify"));
        await using var notices = systemd.Connect(Minute);
        var heart = new Heartbeat(notices, () => _state, () => false, _clock);
        heart.Ready();
        systemd.Hear().ShouldBe("READY=1\nSTATUS=taking up the engines");
        heart.Turned();
        systemd.Hear().ShouldBe("WATCHDOG=1\nSTATUS=deepseek serving; no incident");
        heart.Stopping();
        systemd.Hear().ShouldBe("STOPPING=1\nSTATUS=stopping; engines go on");
    }

    [Theory]
    [InlineData("3000000", 0.75)]
    [InlineData(Minute, 10)]
    [InlineData("0", 10)]
    [InlineData("soon", 10)]
    [InlineData(null, 10)]
    public async Task The_loop_has_to_turn_four_times_within_the_limit_of_the_watchdog(string? microseconds, double seconds)
    {
        using var systemd = new ListeningSystemd(_folder.File("notify"));
        await using var notices = systemd.Connect(microseconds);
        new Heartbeat(notices, () => _state, () => false, _clock).Interval.TotalSeconds.ShouldBe(seconds);
    }

    [Fact]
    public async Task A_busy_loop_feeds_no_more_often_than_needed_and_tells_what_changed_at_once()
    {
        using var systemd = new ListeningSystemd(_folder.File("notify"));
        await using var notices = systemd.Connect(Minute);
        var heart = new Heartbeat(notices, () => _state, () => false, _clock);
        heart.Turned();
        systemd.Hear();
        _clock.Advance(TimeSpan.FromSeconds(9));
        heart.Turned();
        systemd.HasHeard.ShouldBeFalse();
        _state = "deepseek hung; 1 incident: engine-hung on engine:deepseek confirmed";
        heart.Turned();
        systemd.Hear().ShouldEndWith(_state);
        _clock.Advance(TimeSpan.FromSeconds(10));
        heart.Turned();
        systemd.Hear().ShouldStartWith("WATCHDOG=1");
    }

    [Fact]
    public async Task An_agent_whose_probes_look_no_more_tells_its_state_and_does_not_feed_the_watchdog()
    {
        using var systemd = new ListeningSystemd(_folder.File("notify"));
        await using var notices = systemd.Connect(Minute);
        var isBlind = true;
        var heart = new Heartbeat(notices, () => _state, () => isBlind, _clock);
        heart.Turned();
        systemd.Hear().ShouldBe("STATUS=deepseek serving; no incident");
        isBlind = false;
        _clock.Advance(TimeSpan.FromSeconds(10));
        heart.Turned();
        systemd.Hear().ShouldStartWith("WATCHDOG=1");
    }

    [Fact]
    public async Task A_systemd_that_takes_nothing_in_is_not_waited_for_and_hears_the_state_when_it_does()
    {
        using var systemd = new StuckSystemd();
        await using var notices = ServiceNotices.To(systemd, Minute, TimeProvider.System);
        var heart = new Heartbeat(notices, () => _state, () => false, _clock);
        notices.Tell("STATUS=the one that it does not take").ShouldBeTrue();
        systemd.IsAsked.Wait(TestContext.Current.CancellationToken);
        var waiting = 0;
        while (notices.Tell("STATUS=more than it reads"))
            waiting++;
        _state = "deepseek hung";
        heart.Turned();
        systemd.Takes.Set();
        systemd.Heard.Take().ShouldBe("STATUS=the one that it does not take");
        for (; waiting > 0; waiting--)
            systemd.Heard.Take().ShouldBe("STATUS=more than it reads");
        heart.Turned();
        systemd.Heard.Take().ShouldBe("WATCHDOG=1\nSTATUS=deepseek hung");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Without_a_socket_nobody_is_told_and_nothing_fails(string? address)
    {
        await using var notices = ServiceNotices.To(ListeningSystemd.NotifierAt(address), Minute, TimeProvider.System);
        notices.Tell("READY=1").ShouldBeTrue();
        notices.Watchdog.ShouldBeNull();
    }

    [Fact]
    public async Task A_systemd_that_went_away_does_no_harm_and_the_next_one_is_told()
    {
        var gone = new ListeningSystemd(_folder.File("notify"));
        await using var notices = gone.Connect();
        gone.Dispose();
        notices.Tell("STATUS=nobody hears this").ShouldBeTrue();
        File.Delete(_folder.File("notify"));
        using var next = new ListeningSystemd(_folder.File("notify"));
        notices.Tell("READY=1").ShouldBeTrue();
        // The first one came before it, or not; the second one comes.
        (next.Hear() is "READY=1" || next.Hear() is "READY=1").ShouldBeTrue();
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Its end of the socket is full until it takes something in.</summary>
    private sealed class StuckSystemd : ISystemdNotifier, IDisposable
    {
        public bool IsEnabled => true;

        public ManualResetEventSlim IsAsked { get; } = new();

        public ManualResetEventSlim Takes { get; } = new();

        public BlockingCollection<string> Heard { get; } = [];

        public void Notify(ServiceState state)
        {
            IsAsked.Set();
            Takes.Wait();
            Heard.Add(state.ToString());
        }

        public void Dispose()
        {
            IsAsked.Dispose();
            Takes.Dispose();
            Heard.Dispose();
        }
    }
}
