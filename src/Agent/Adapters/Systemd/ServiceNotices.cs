using System.Globalization;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting.Systemd;

namespace Agent.Adapters.Systemd;

/// <summary>
/// Tells systemd how the service is (sd_notify). The library's notifier waits until systemd takes a message in, and throws when nobody listens. So
/// messages are sent beside the caller, one after the other, and nothing of the agent waits for systemd. Only the variables decide whether to notify:
/// the parent cannot be seen under ProtectProc, behind a wrapper, or as the first process of a container. For the same reason WATCHDOG_PID is not
/// compared. It does no harm to feed a watchdog that asks another process.
/// </summary>
internal sealed class ServiceNotices : IAsyncDisposable
{
    /// <summary>More messages than these wait only when systemd stands still. The first ones are enough to tell it afterwards.</summary>
    private const int MostWaiting = 4;

    private static readonly TimeSpan LastMessage = TimeSpan.FromSeconds(1);

    private readonly Channel<string> _waiting = Channel.CreateBounded<string>(MostWaiting);
    private readonly ISystemdNotifier _systemd;
    private readonly TimeProvider _clock;
    private readonly Task _sent;

    private ServiceNotices(ISystemdNotifier systemd, TimeSpan? watchdog, TimeProvider clock)
    {
        (_systemd, _clock, Watchdog) = (systemd, clock, systemd.IsEnabled ? watchdog : null);
        _sent = systemd.IsEnabled ? SendAsync() : Task.CompletedTask;
    }

    /// <summary>systemd ends a service that was silent for this long; null: systemd does not watch.</summary>
    public TimeSpan? Watchdog { get; }

    /// <param name="systemd">Knows the socket.</param>
    /// <param name="watchdogMicroseconds">WATCHDOG_USEC.</param>
    /// <param name="clock">Limits the wait for the last message.</param>
    public static ServiceNotices To(ISystemdNotifier systemd, string? watchdogMicroseconds, TimeProvider clock) => new(
        systemd,
        long.TryParse(watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0 ? TimeSpan.FromMicroseconds(limit)
            : null,
        clock);

    /// <param name="lines">NAME=VALUE each.</param>
    /// <returns>Whether the message was taken, to be sent at once; true when nobody listens.</returns>
    public bool Tell(params ReadOnlySpan<string> lines) => !_systemd.IsEnabled || _waiting.Writer.TryWrite(string.Join('\n', lines));

    /// <summary>The last message still goes out, if systemd takes it in.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await Task.WhenAny(_sent, Task.Delay(LastMessage, _clock));
    }

    private async Task SendAsync()
    {
        await foreach (var message in _waiting.Reader.ReadAllAsync())
        {
            try
            {
                await Task.Run(() => _systemd.Notify(new ServiceState(message)));
            }
            catch (SocketException)
            {
                // Nobody listens any more. The next message finds out whether somebody listens again.
            }
        }
    }
}
