using Agent.Domain.Faults;
using Agent.Domain.Observations;

namespace Agent.Domain.Recovery;

public enum AgentMode
{
    /// <summary>Plans are run.</summary>
    Act,

    /// <summary>Plans are made and recorded; nothing is touched.</summary>
    Observe,
}

/// <summary>The decisions of an operator that the policy has to know.</summary>
public sealed record RecoverySettings
{
    public FaultCatalog Faults { get; init; } = FaultCatalog.Default;

    public AgentMode Mode { get; init; } = AgentMode.Act;

    public required HostLayout Layout { get; init; }

    public IReadOnlyList<Maintenance> Maintenances { get; init; } = [];

    /// <summary>Whether a command to restart the driver is configured; real hosts have none by default.</summary>
    public bool CanRestartDriver { get; init; } = true;

    public bool CanResetChips { get; init; } = true;

    /// <summary>The reason why attempts cannot be written down now. Null when they can.</summary>
    public string? CannotRecord { get; init; }

    /// <summary>The looks that can name the cause of an engine's end: driver, chips, the engine's log.</summary>
    public IReadOnlyList<(string Probe, Subject Subject)> CauseLooks { get; init; } = [];

    public RestartBackOff BackOff { get; init; } = RestartBackOff.None;

    /// <summary>How long a wide step waits to learn whether the engines concerned still serve.</summary>
    public TimeSpan ServingProofWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After a failed recovery, the time for the probes to look at its results before the next one is planned.</summary>
    public TimeSpan LookAgainWait { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The time in which the probes have to see a recovered host well.</summary>
    public TimeSpan VerifyLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>This many suspicions that came and went within <see cref="FlapWindow"/> are a fault as well.</summary>
    public int FlapCount { get; init; } = 3;

    public TimeSpan FlapWindow { get; init; } = TimeSpan.FromHours(1);
}
