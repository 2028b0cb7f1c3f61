using Agent.Domain.Faults;
using static Agent.Engines.Causes.NewSignature;

namespace Agent.Engines.Causes;

/// <summary>Between the chips: collectives, links and the other ranks.</summary>
internal static class LinkSignatures
{
    public static readonly IReadOnlyList<LogSignature> All =
    [
        Of("peer-not-reached", FaultCodes.EngineCommunicationFailed, Cure.RestartEngine,
            @"\bEI000[69]\b|wait socket establish timeout|connected p2p timeout|Alloc transports failed"
            + @"|Transport init error|LINK_ERROR_INFO|connection failure between this device and target device"
            + @"|errNo\[0x0000000005[0-9a-fA-F]{6}\]|\bHccl[A-Z]\w+, error code is [0-9]{1,2}\b",
            ["EI0006", "EI0009", "wait socket establish", "connected p2p timeout", "Alloc transports failed", "Transport init error", "LINK_ERROR_INFO",
            "connection failure between", "errNo[0x00000000050", "Hccl"]),
        Of("link-failed", FaultCodes.EngineCommunicationFailed, Cure.RestartEngine,
            @"\bEI001[023]\b|\bEJ0002\b|HCCS LINK ERROR|UB LINK ERROR|HCCL OP RETRY FAILED|" + Code("507056|507904|507914|507916"),
            ["EI0010", "EI0012", "EI0013", "EJ0002", "LINK ERROR", "HCCL OP RETRY FAILED", "507056", "507904", "507914", "507916"]),
        Of("collective-timeout", FaultCodes.EngineCommunicationFailed, Cure.RestartEngine,
            "Watchdog caught collective operation timeout|dispatch timeout|timeout=1836s",
            ["collective operation timeout", "dispatch timeout", "timeout=1836s"]),

        // HCCL's own heartbeat between ranks: another rank is stuck or gone. It is not the heartbeat of a device.
        Of("rank-stuck", FaultCodes.EngineCommunicationFailed, Cure.RestartEngine, @"\[HeartbeatAbnormal\]|Cluster Exception Location|ExceptionType:\s{0,4}\[",
            ["HeartbeatAbnormal", "Cluster Exception Location", "ExceptionType:"]),

        // A worker that ended names no cause by itself, but it does not accuse a chip either.
        Of("worker-died", FaultCodes.EngineWorkerDied, Cure.RestartEngine,
            @"Worker proc \S+ died unexpectedly|\bActor(?:Died|Unavailable)Error\b|\bRayActorError\b"
            + @"|ray\.exceptions\.OutOfMemoryError|Worker exit type: (?!INTENDED)",
            ["Worker proc ", "ActorDiedError", "ActorUnavailableError", "RayActorError", "ray.exceptions.OutOfMemoryError", "Worker exit type: "]) with
        {
            Below = Searching(@"^(?:\s|\\t)+(?:class_name|pid|ip|name|repr): |^The actor (?:is dead|died) because|^Worker exit "),
        },
    ];
}
