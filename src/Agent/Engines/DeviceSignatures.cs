using Agent.Domain.Faults;
using static Agent.Engines.SignatureTable;

namespace Agent.Engines;

/// <summary>The device itself: worn, gone, out of memory or in other hands.</summary>
internal static class DeviceSignatures
{
    public static readonly IReadOnlyList<LogSignature> All =
    [
        // What no step of the agent mends. The codes are those whose published level is to take the chip out of use.
        Of("chip-worn-out", Cure.ReplaceChip, @"(?i:\b(?:0x)?(?:80E18402|80DF8402|80E0020B|80E3A201|80818C0[05])\b)|(?i:multi[- ]?bit ecc.{0,40}isolat\w+.{0,40}(?:exceed|reach|full))", ["80E18402", "80e18402", "80DF8402", "80df8402", "80E0020B", "80e0020b", "80E3A201", "80e3a201", "80818C0", "80818c0", "isolat"]),
        Of("host-reboot-needed", Cure.RebootHost, @"(?i:\breboot(?:ing)? (?:is )?(?:needed|required))|Failed to reset server|Another user is resetting|NPU connection has been lost|\bdev_sq_task\b", ["eboot", "Failed to reset server", "Another user is resetting", "NPU connection has been lost", "dev_sq_task"]),

        // The guide's own trouble, and the driver codes with that meaning.
        Of("device-not-available", Cure.RestoreDriver, "ASCEND_ERROR_DEVICE_NOT_AVAILABLE", ["ASCEND_ERROR_DEVICE_NOT_AVAILABLE"]),
        Of("driver-not-loaded", Cure.RestoreDriver, @"dcmi mod(?:ule|el) initialized? failed.*-8005\b", ["dcmi mod"]),
        Of("device-lost", Cure.ResetChip, Code("507010|507013|507051|507052|507901") + @"|(?i:lost heartbeat|heartbeat lost|hdc disconnect|hdc send msg fail|sys dma error)|\bE(?:30005|3900[679])\b|(?i:\b0x8C0(?:3A|84E)00)", ["507010", "507013", "507051", "507052", "507901", "eartbeat", "hdc ", "sys dma error", "E30005", "E39006", "E39007", "E39009", "0x8C0", "0x8c0"]),

        // Chip memory.
        Of("chip-memory-taken", Cure.ClearProcesses, "Free memory on device .* is less than desired GPU memory utilization", ["is less than desired GPU memory utilization"]),
        Of("kv-cache-too-small", FaultCodes.EngineKvCacheTooSmall, Cure.Person, "No available memory for the cache blocks|KV cache is needed, which is larger than", ["No available memory for the cache blocks", "KV cache is needed"]),
        Of("out-of-memory", FaultCodes.EngineOutOfMemory, Cure.RestartEngine, @"NPU out of memory\. Tried to allocate|torch\.OutOfMemoryError|halMemAlloc failed:.*drvRetCode=6\b|\b(?:EL0004|EI0007|EI0011)\b|" + Code("207001|207018"), ["NPU out of memory", "OutOfMemoryError", "halMemAlloc failed", "EL0004", "EI0007", "EI0011", "207001", "207018"]),
        Of("memory-error", Cure.RestartEngine, Code("507053|507054|507055") + @"|HBM MULTI BIT ECC|UCE ERROR|(?i:uncorrectable ecc)|SUSPECT MEM ERROR|\bE(?:30004|39008)\b|(?i:\b(?:0x)?80E01801\b)", ["507053", "507054", "507055", "HBM MULTI BIT ECC", "UCE ERROR", "ncorrectable ", "SUSPECT MEM ERROR", "E30004", "E39008", "80E01801", "80e01801"]),

        // Processes and containers in the way.
        Of("port-taken", FaultCodes.EnginePortTaken, Cure.ClearProcesses, @"\[Errno 98\]|[Aa]ddress already in use|\bEJ0003\b|\bEI0019\b", ["[Errno 98]", "ddress already in use", "EJ0003", "EI0019"]),
        Of("too-many-processes", FaultCodes.DeviceTaken, Cure.ClearProcesses, @"\bE30003\b|\bEJ0001\b|" + Code("507033"), ["E30003", "EJ0001", "507033"]),
        Of("device-taken", FaultCodes.DeviceTaken, Cure.ClearProcesses, @"\bEL00(?:07|15)\b|uda_occupy_dev_by_ns.*Conflict|davinci nodes are occupied|" + Code("207006"), ["EL0007", "EL0015", "uda_occupy_dev_by_ns", "davinci nodes are occupied", "207006"]),
    ];
}
