using Agent.Adapters.Systemd;
using Agent.ForeignText;

namespace Agent.Supervision;

/// <summary>
/// Tells systemd that the agent is ready, how the host is, and that the loop turns. Only the loop calls <see cref="Turned"/>:
/// when it stands still, systemd hears nothing and starts the agent anew, and the engines go on. So it is when no probe looks any more.
/// </summary>
internal sealed class Heartbeat(ServiceNotices systemd, Func<string> state, Func<bool> isBlind, TimeProvider clock)
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);

    private string _told = "";
    private long _toldAt;
    private long _turnedAt = clock.GetTimestamp();

    /// <summary>The loop turns at least so often, also when nothing comes to it: systemd hears of it twice within its limit.</summary>
    public TimeSpan Interval { get; } = systemd.Watchdog is { } watchdog && watchdog / 4 < Usual ? watchdog / 4 : Usual;

    public TimeSpan SinceTurn => clock.GetElapsedTime(Volatile.Read(ref _turnedAt));

    public void Ready() => systemd.Tell("READY=1", "STATUS=taking up the engines");

    public void Turned()
    {
        Volatile.Write(ref _turnedAt, clock.GetTimestamp());
        // A line end would begin another word to systemd.
        var now = Printable.Of(state());
        if (now == _told && clock.GetElapsedTime(_toldAt) < Interval)
            return;
        if (isBlind() ? systemd.Tell("STATUS=" + now) : systemd.Tell("WATCHDOG=1", "STATUS=" + now))
            (_told, _toldAt) = (now, clock.GetTimestamp());
    }

    public void Stopping() => systemd.Tell("STOPPING=1", "STATUS=stopping; engines go on");
}
