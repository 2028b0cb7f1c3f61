using Agent.Adapters.Systemd;
using Agent.Configuration;
using Agent.Domain.Observations;
using Agent.Probes;
using Agent.Storage;

namespace Agent.Supervision;

/// <summary>What a daemon is given. All else it makes of these.</summary>
internal sealed record DaemonParts
{
    public required AgentSettings Settings { get; init; }

    public required HostParts Host { get; init; }

    public required Database Database { get; init; }

    public required ServiceNotices Systemd { get; init; }

    /// <summary>Which probes are overdue, and whether none looks any more.</summary>
    public required ProbeWatch Probes { get; init; }

    /// <summary>Has the probes of a subject look at once; null: all of them.</summary>
    public required Action<Subject?> LookNow { get; init; }

    public required TimeProvider Clock { get; init; }

    public required ILoggerFactory Logs { get; init; }
}
