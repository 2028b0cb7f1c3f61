namespace Agent.Domain.Faults;

/// <summary>The codes of the catalogue, for the code that raises them. They are never reused and never renamed.</summary>
public static class FaultCodes
{
    public const string DriverFailed = "driver-failed";
    public const string DriverErrors = "driver-errors";
    public const string ChipsLost = "chips-lost";
    public const string DeviceNotAvailable = "device-not-available";
    public const string DeviceContactLost = "device-contact-lost";
    public const string HostRebootNeeded = "host-reboot-needed";
    public const string DeviceUnfit = "device-unfit";
    public const string DeviceTaken = "device-taken";
    public const string ChipUnfit = "chip-unfit";
    public const string ChipAlarm = "chip-alarm";
    public const string ChipError = "chip-error";
    public const string ChipWarning = "chip-warning";
    public const string ChipsRenumbered = "chips-renumbered";
    public const string ChipMemoryHeld = "chip-memory-held";

    public const string MemoryUncorrectable = "memory-uncorrectable";
    public const string MemoryWornOut = "memory-worn-out";
    public const string MemoryResetWanted = "memory-reset-wanted";
    public const string MemoryPagesIsolated = "memory-pages-isolated";
    public const string MemoryErrorsRising = "memory-errors-rising";
    public const string ChipTooHot = "chip-too-hot";
    public const string ChipThrottled = "chip-throttled";
    public const string LinkDown = "link-down";
    public const string LinkFlapping = "link-flapping";
    public const string OpticalDegraded = "optical-degraded";

    public const string EngineConfigError = "engine-config-error";
    public const string EngineKvCacheTooSmall = "engine-kv-cache-too-small";
    public const string EngineMemoryTooSmall = "engine-memory-too-small";
    public const string EngineOutOfMemory = "engine-out-of-memory";
    public const string EngineOperatorFailed = "engine-operator-failed";
    public const string EngineStoppedByOther = "engine-stopped-by-other";
    public const string EnginePaused = "engine-paused";
    public const string EngineStartHeldUp = "engine-start-held-up";
    public const string EngineStartWithoutRoom = "engine-start-without-room";
    public const string EngineStartForbidden = "engine-start-forbidden";
    public const string EngineLaunchMisconfigured = "engine-launch-misconfigured";
    public const string EngineUnkillable = "engine-unkillable";
    public const string SharedMemoryFull = "shared-memory-full";
    public const string EngineStartFails = "engine-start-fails";
    public const string EngineOrphans = "engine-orphans";
    public const string EngineDeviceError = "engine-device-error";
    public const string EngineCommunicationFailed = "engine-communication-failed";
    public const string EnginePortTaken = "engine-port-taken";
    public const string EngineWorkerDied = "engine-worker-died";
    public const string EngineStartStalled = "engine-start-stalled";
    public const string EngineHung = "engine-hung";
    public const string EngineNotServing = "engine-not-serving";
    public const string EngineExited = "engine-exited";
    public const string EngineOutputDegraded = "engine-output-degraded";
    public const string EngineSlow = "engine-slow";
    public const string EngineMetricsMissing = "engine-metrics-missing";
    public const string EngineWorkWaits = "engine-work-waits";
    public const string EngineCanaryUnanswered = "engine-canary-unanswered";
    public const string EngineConfigDrift = "engine-config-drift";
    public const string EngineThroughputLow = "engine-throughput-low";
    public const string EngineLogFlood = "engine-log-flood";
    public const string EngineChipsUnknown = "engine-chips-unknown";
    public const string EngineOnOtherChips = "engine-on-other-chips";
    public const string EngineStartedByHand = "engine-started-by-hand";
    public const string EngineStuckInKernel = "engine-stuck-in-kernel";
    public const string EngineLogUnbounded = "engine-log-unbounded";

    public const string NpuSmiHangs = "npu-smi-hangs";
    public const string NpuSmiUnusable = "npu-smi-unusable";
    public const string HostOutOfMemory = "host-out-of-memory";
    public const string HostMemoryCorrupt = "host-memory-corrupt";
    public const string HostDiskFull = "host-disk-full";
    public const string HostDiskFailing = "host-disk-failing";
    public const string DiskLow = "disk-low";
    public const string DatabaseReplaced = "database-replaced";
}
