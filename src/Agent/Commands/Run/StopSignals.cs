using System.Runtime.InteropServices;

namespace Agent.Commands.Run;

/// <summary>Remembers which signal asked the agent to stop, for its log. The effect of a signal is not changed.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly IReadOnlyList<PosixSignalRegistration> _registrations;
    private volatile string _why = "the service was told to stop";

    public StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => _why = "SIGTERM came, as from a service manager or a host that goes down"),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => _why = "SIGINT came, as from Ctrl+C"),
        PosixSignalRegistration.Create(PosixSignal.SIGQUIT, _ => _why = "SIGQUIT came"),
    ];

    public string Why => _why;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }
}
