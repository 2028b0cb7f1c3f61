using Agent.Adapters.Systemd;
using Agent.Supervision;
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
    public void Systemd_hears_the_whole_life_on_a_path_and_on_an_abstract_name(bool isAbstract)
    {
        using var systemd = new ListeningSystemd(isAbstract ? $"@npu-agent-test-{Guid.NewGuid()}" : _folder.File("notify"));
        using var socket = systemd.Connect(Minute);
        var heart = new Heartbeat(socket, () => _state, () => false, _clock);
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
    public void The_loop_has_to_turn_four_times_within_the_limit_of_the_watchdog(string? microseconds, double seconds)
    {
        using var systemd = new ListeningSystemd(_folder.File("notify"));
        using var socket = systemd.Connect(microseconds);
        new Heartbeat(socket, () => _state, () => false, _clock).Interval.TotalSeconds.ShouldBe(seconds);
    }

    [Fact]
    public void A_busy_loop_feeds_no_more_often_than_needed_and_tells_what_changed_at_once()
    {
        using var systemd = new ListeningSystemd(_folder.File("notify"));
        using var socket = systemd.Connect(Minute);
        var heart = new Heartbeat(socket, () => _state, () => false, _clock);
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
    public void An_agent_whose_probes_look_no_more_tells_its_state_and_does_not_feed_the_watchdog()
    {
        using var systemd = new ListeningSystemd(_folder.File("notify"));
        using var socket = systemd.Connect(Minute);
        var isBlind = true;
        var heart = new Heartbeat(socket, () => _state, () => isBlind, _clock);
        heart.Turned();
        systemd.Hear().ShouldBe("STATUS=deepseek serving; no incident");
        isBlind = false;
        _clock.Advance(TimeSpan.FromSeconds(10));
        heart.Turned();
        systemd.Hear().ShouldStartWith("WATCHDOG=1");
    }

    [Fact]
    public void What_systemd_did_not_take_in_is_told_again()
    {
        using var systemd = new ListeningSystemd(_folder.File("notify"));
        using var socket = systemd.Connect(Minute);
        var heart = new Heartbeat(socket, () => _state, () => false, _clock);
        var sent = 0;
        while (socket.Tell("STATUS=more than it reads"))
            sent++;
        heart.Turned();
        for (; sent > 0; sent--)
            systemd.Hear();
        systemd.HasHeard.ShouldBeFalse();
        heart.Turned();
        systemd.Hear().ShouldStartWith("WATCHDOG=1");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("vsock:2:1234")]
    public void Without_a_socket_nobody_is_told_and_nothing_fails(string? address)
    {
        using var socket = NotifySocket.Of(name => name == "NOTIFY_SOCKET" ? address : Minute);
        socket.Tell("READY=1").ShouldBeTrue();
        socket.Watchdog.ShouldBeNull();
    }

    [Fact]
    public void A_systemd_that_went_away_does_no_harm()
    {
        var systemd = new ListeningSystemd(_folder.File("notify"));
        using var socket = systemd.Connect();
        systemd.Dispose();
        socket.Tell("READY=1").ShouldBeFalse();
    }

    public void Dispose() => _folder.Dispose();
}
