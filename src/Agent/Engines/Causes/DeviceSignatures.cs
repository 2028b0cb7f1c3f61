using Agent.Domain.Faults;
using static Agent.Engines.Causes.NewSignature;

namespace Agent.Engines.Causes;

/// <summary>The device itself: worn, gone, out of memory or in other hands.</summary>
internal static class DeviceSignatures
{
    public static readonly IReadOnlyList<LogSignature> All =
    [
        // Faults that no step of the agent mends. The codes are those whose published level is to take the chip out of use.
        Of("chip-worn-out", Cure.ReplaceChip, @"(?i:\b(?:0x)?(?:80E18402|80DF8402|80E0020B|80E3A201|80818C0[05])\b)"
            + @"|(?i:multi[- ]?bit ecc.{0,40}isolat\w+.{0,40}(?:exceed|reach|full))",
            ["80E18402", "80e18402", "80DF8402", "80df8402", "80E0020B", "80e0020b", "80E3A201", "80e3a201", "80818C0", "80818c0", "isolat"]),
        Of("host-reboot-needed", Cure.RebootHost, @"(?i:\breboot(?:ing)? (?:is )?(?:needed|required))|Failed to reset server|Another user is resetting"
            + @"|NPU connection has been lost|\bdev_sq_task\b",
            ["eboot", "Failed to reset server", "Another user is resetting", "NPU connection has been lost", "dev_sq_task"]),

        // The first trouble of the published guide, and the driver codes with that meaning.
        Of("device-not-available", Cure.RestoreDriver, "ASCEND_ERROR_DEVICE_NOT_AVAILABLE", ["ASCEND_ERROR_DEVICE_NOT_AVAILABLE"]),
        Of("driver-not-loaded", Cure.RestoreDriver, @"dcmi mod(?:ule|el) initialized? failed.{0,300}-8005\b", ["dcmi mod"]),
        Of("device-lost", Cure.ResetChip, Code("507010|507013|507051|507052|507901")
            + @"|(?i:lost heart ?bear?t|heartbeat lost(?! occurred)|hdc disconnect|hdc send msg fail|sys dma error)"
            + @"|\bE(?:30005|3900[679])\b|(?i:\b0x8C0(?:3A|84E)00)",
            ["507010", "507013", "507051", "507052", "507901", "eartbeat", "hdc ", "sys dma error", "E30005", "E39006", "E39007", "E39009", "0x8C0", "0x8c0"]),

        // Chip memory.
        Of("communication-memory-exhausted", FaultCodes.EngineMemoryTooSmall, Cure.Person, @"Memory resources are exhausted|\bEI0007\b|\bEI0011\b",
            ["Memory resources are exhausted", "EI0007", "EI0011"]) with
        {
            OnceServed = new CauseMeaning(Cure.RestartEngine, FaultCodes.EngineOutOfMemory),
        },
        Of("chip-memory-taken", Cure.ClearProcesses, "Free memory on device .{0,300} is less than desired GPU memory utilization",
            ["is less than desired GPU memory utilization"]) with { Speaks = CausePhase.Starting },
        Of("kv-cache-too-small", FaultCodes.EngineKvCacheTooSmall, Cure.Person,
            "No available memory for the cache blocks|KV cache is needed, which is larger than"
            + "|larger than the maximum number of tokens that can be stored in KV cache",
            ["No available memory for the cache blocks", "KV cache is needed", "be stored in KV cache"]) with { Speaks = CausePhase.Starting },
        Of("out-of-memory", FaultCodes.EngineOutOfMemory, Cure.RestartEngine, @"NPU out of memory\. Tried to allocate|torch\.OutOfMemoryError"
            + @"|halMemAlloc failed:.{0,300}drvRetCode=6\b|\bEL0004\b|" + Code("207001|207018"),
            ["NPU out of memory", "OutOfMemoryError", "halMemAlloc failed", "EL0004", "207001", "207018"]),
        Of("memory-error", Cure.RestartEngine, Code("507053|507054|507055")
            + @"|HBM MULTI BIT ECC|UCE ERROR|(?i:uncorrectable ecc)|SUSPECT MEM ERROR|\bE(?:30004|39008)\b" + @"|(?i:\b(?:0x)?80E01801\b)",
            ["507053", "507054", "507055", "HBM MULTI BIT ECC", "UCE ERROR", "ncorrectable ", "SUSPECT MEM ERROR", "E30004", "E39008", "80E01801", "80e01801"]),

        // The driver verifies the packages of CANN that it runs. No other process is in the way.
        Of("package-refused", Cure.Person, @"\bE3000[69]\b|\bE39011\b|Failed to verify the (?:OPP|signature of package)",
            ["E30006", "E30009", "E39011", "Failed to verify the "]) with
        {
            OnceServed = new CauseMeaning(Cure.RestartEngine, FaultCodes.EngineDeviceError),
        },

        // Processes and containers in the way. There is no port beyond 65535: a long
        // run used up its own ports, and a new run begins at the first one again.
        Of("ports-used-up", FaultCodes.EngineCommunicationFailed, Cure.RestartEngine,
            @"\bport\s{0,4}[:=\[]{0,2}\s{0,4}(?:6553[6-9]|655[4-9][0-9]|65[6-9][0-9]{2}|6[6-9][0-9]{3}|[7-9][0-9]{4}|[1-9][0-9]{5,9})\b.{0,80}(?:bound|bind|use|listen)"
            + @"|(?:bound|bind|use|listen).{0,80}\bport\s{0,4}[:=\[]{0,2}\s{0,4}(?:6553[6-9]|655[4-9][0-9]|65[6-9][0-9]{2}|6[6-9][0-9]{3}|[7-9][0-9]{4}|[1-9][0-9]{5,9})\b",
            ["EJ0003", "EI0019", "been bound", "bind fail"]),
        Of("port-taken", FaultCodes.EnginePortTaken, Cure.ClearProcesses, @"\[Errno 98\]|[Aa]ddress already in use|\bEJ0003\b|\bEI0019\b", ["[Errno 98]",
            "ddress already in use", "EJ0003", "EI0019"]),
        Of("too-many-processes", FaultCodes.DeviceTaken, Cure.ClearProcesses, @"\bE30003\b|\bEJ0001\b|" + Code("507033"), ["E30003", "EJ0001",
            "507033"]) with { Standing = Standing.Vague },
        Of("device-taken", FaultCodes.DeviceTaken, Cure.ClearProcesses, @"\bEL00(?:07|15)\b|uda_occupy_dev_by_ns.{0,300}Conflict|davinci nodes are occupied|"
            + Code("207006"), ["EL0007", "EL0015", "uda_occupy_dev_by_ns", "davinci nodes are occupied", "207006"]),
    ];
}
