using System.Text.RegularExpressions;
using Agent.Domain.Faults;

namespace Agent.Engines;

/// <summary>
/// The lines of engine logs and CANN logs that name a cause, the most telling first. Codes are those of ACL (5xxxxx, 1xxxxx,
/// 2xxxxx) and CANN (EI, EE, EL, EZ); texts are those of captures/vllm/failure-*, captures/ascend/app_* and plog_*.
/// ASCEND_ERROR_DEVICE_NOT_AVAILABLE is the published guide's word and was found on no real host.
/// </summary>
internal static class SignatureTable
{
    private const RegexOptions Options = RegexOptions.CultureInvariant;

    public static readonly IReadOnlyList<LogSignature> All =
    [
        // The guide's own trouble, and the driver codes with that meaning.
        Of("device-not-available", Cure.RestoreDriver, "ASCEND_ERROR_DEVICE_NOT_AVAILABLE", ["ASCEND_ERROR_DEVICE_NOT_AVAILABLE"]),
        Of("device-lost", Cure.ResetChip, Code("507010|507013|507051|507052|507901") + "|lost heartbeat|hdc disconnect", [.. CodeHints("507010", "507013", "507051", "507052", "507901"), "lost heartbeat", "hdc disconnect"]),

        // Chip memory.
        Of("chip-memory-taken", Cure.ClearProcesses, "Free memory on device .* is less than desired GPU memory utilization", ["is less than desired GPU memory utilization"]),
        Of("kv-cache-too-small", FaultCodes.EngineKvCacheTooSmall, Cure.Person, "No available memory for the cache blocks|KV cache is needed, which is larger than", ["No available memory for the cache blocks", "KV cache is needed"]),
        Of("out-of-memory", FaultCodes.EngineOutOfMemory, Cure.RestartEngine, @"NPU out of memory\. Tried to allocate|torch\.OutOfMemoryError|halMemAlloc failed:.*drvRetCode=6\b|\b(?:EL0004|EI0007|EI0011)\b|" + Code("207001|207018"), ["NPU out of memory", "OutOfMemoryError", "halMemAlloc failed", "EL0004", "EI0007", "EI0011", .. CodeHints("207001", "207018")]),
        Of("memory-error", Cure.RestartEngine, Code("507053|507054|507055") + "|HBM MULTI BIT ECC|UCE ERROR|SUSPECT MEM ERROR", [.. CodeHints("507053", "507054", "507055"), "HBM MULTI BIT ECC", "UCE ERROR", "SUSPECT MEM ERROR"]),

        // What every start would meet again.
        Of("settings-refused", Cure.Person, "ValidationError|User-specified max_model_len|is larger than the number of available (?:GPUs|NPUs)|must be greater than or equal to max_num_seqs|unrecognized arguments", ["ValidationError", "User-specified max_model_len", "is larger than the number of available", "must be greater than or equal to max_num_seqs", "unrecognized arguments"]),
        Of("quantization-wrong", Cure.Person, "ModelSlim Quantization Config Not Found|doesn.t support quant_type", ["ModelSlim Quantization Config", "support quant_type"]),
        Of("parallelism-wrong", Cure.Person, "MC2 group metadata unavailable|EPLB must used in expert parallelism|EPLB not support", ["MC2 group metadata", "EPLB must used", "EPLB not support"]),
        Of("graph-streams-exhausted", Cure.Person, @"\bEL0009\b|capture status is invalidated|" + Code("207008|507903"), ["EL0009", "capture status is invalidated", .. CodeHints("207008", "507903")]),
        Of("environment-incomplete", Cure.Person, @"GEInitialize failed|\bEL0003\b|" + Code("500000|500001|507000|507008"), ["GEInitialize failed", "EL0003", .. CodeHints("500000", "500001", "507000", "507008")]),
        Of("operator-not-supported", Cure.Person, @"\bEZ1001\b|\bE40021\b|MLA only support|Unsupported soc_version|binary_info_config\.json failed|" + Code("561002|561003|561103"), ["EZ1001", "E40021", "MLA only support", "Unsupported soc_version", "binary_info_config.json failed", .. CodeHints("561002", "561003", "561103")]),
        Of("communication-settings-wrong", Cure.Person, @"\bEI00(?:0[13458]|1[456])\b|HCCL_BUFFSIZE should be positive", ["EI00", "HCCL_BUFFSIZE should be positive"]),
        Of("versions-do-not-match", Cure.Person, "undefined symbol", ["undefined symbol"]),

        // Processes in the way.
        Of("port-taken", FaultCodes.EnginePortTaken, Cure.ClearProcesses, @"\[Errno 98\]|[Aa]ddress already in use|\bEJ0003\b|\bEI0019\b", ["[Errno 98]", "ddress already in use", "EJ0003", "EI0019"]),
        Of("too-many-processes", Cure.ClearProcesses, @"\bE30003\b|" + Code("507033"), ["E30003", .. CodeHints("507033")]),

        // Execution on the chip.
        Of("aicore-timeout", Cure.RestartEngine, @"aicore (?:execution )?time(?:s|d)? ?out|" + Code("507014"), ["aicore", .. CodeHints("507014")]),
        Of("aicore-exception", Cure.RestartEngine, "aicore (?:error )?exception|" + Code("507015"), ["aicore", .. CodeHints("507015")]),
        Of("vector-core-failed", Cure.RestartEngine, "[Vv]ector core (?:execution timed out|timeout|exception)|aivec error exception|" + Code("507034|507035|507036"), ["ector core", "aivec error", .. CodeHints("507034", "507035", "507036")]),
        Of("aicpu-exception", Cure.RestartEngine, "aicpu exception|aicpu execution is abnormal|" + Code("507017|507018"), ["aicpu", .. CodeHints("507017", "507018")]),
        Of("model-execution-failed", Cure.RestartEngine, Code("507011"), CodeHints("507011")),
        Of("synchronize-timeout", Cure.RestartEngine, @"\bEE1002\b|" + Code("507012|507046|507047"), ["EE1002", .. CodeHints("507012", "507046", "507047")]),
        Of("context-lost", Cure.RestartEngine, Code("107002|107003"), CodeHints("107002", "107003")),

        // Between the chips.
        Of("peer-not-reached", FaultCodes.EngineCommunicationFailed, Cure.RestartEngine, @"\bEI000[69]\b|wait socket establish timeout|connected p2p timeout|Alloc transports failed|Transport init error|LINK_ERROR_INFO|connection failure between this device and target device|errNo\[0x0000000005[0-9a-f]{6}\]", ["EI0006", "EI0009", "wait socket establish", "connected p2p timeout", "Alloc transports failed", "Transport init error", "LINK_ERROR_INFO", "connection failure between", "errNo[0x00000000050"]),
        Of("link-failed", FaultCodes.EngineCommunicationFailed, Cure.RestartEngine, @"\bEI001[23]\b|HCCS LINK ERROR|UB LINK ERROR|HCCL OP RETRY FAILED|" + Code("507056|507904"), ["EI0012", "EI0013", "LINK ERROR", "HCCL OP RETRY FAILED", .. CodeHints("507056", "507904")]),
        Of("collective-timeout", FaultCodes.EngineCommunicationFailed, Cure.RestartEngine, "Watchdog caught collective operation timeout|dispatch timeout|timeout=1836s", ["collective operation timeout", "dispatch timeout", "timeout=1836s"]),

        // A worker that ended names no cause by itself, but no chip either.
        Of("worker-died", FaultCodes.EngineWorkerDied, Cure.RestartEngine, @"Worker proc \S+ died unexpectedly", ["Worker proc "]),

        // What every other rank prints after the first error.
        Of("driver-internal-error", FaultCodes.DeviceNotAvailable, Cure.RestoreDriver, @"drvRetCode=87\b|\bEL0005\b|Resource_Busy|" + Code("507899"), ["drvRetCode=87", "EL0005", "Resource_Busy", .. CodeHints("507899")], isEcho: true),
        Of("peer-suspected", FaultCodes.EngineCommunicationFailed, Cure.RestartEngine, "SUSPECT REMOTE ERROR|" + Code("507057"), ["SUSPECT REMOTE ERROR", .. CodeHints("507057")], isEcho: true),
        Of("notify-timeout", FaultCodes.EngineCommunicationFailed, Cure.RestartEngine, @"\bEI0002\b", ["EI0002"], isEcho: true),
        new("task-aborted", Cure.None, null, ["FORCE STOP", "device task abort", .. CodeHints("107022")], new Regex("FORCE STOP|device task abort|" + Code("107022"), Options, TimeSpan.FromMilliseconds(100)), IsEcho: true),
    ];

    private static LogSignature Of(string id, Cure cure, string pattern, IReadOnlyList<string> hints) => Of(id, LogSignature.FaultOf(cure), cure, pattern, hints);

    private static LogSignature Of(string id, string fault, Cure cure, string pattern, IReadOnlyList<string> hints, bool isEcho = false) =>
        new(id, cure, fault, hints, new Regex(pattern, Options, TimeSpan.FromMilliseconds(100)), isEcho);

    /// <summary>An ACL code stands behind words such as these; the bare number may be a port or a count.</summary>
    private static string Code(string codes) => $@"(?:error code(?: is|:)?|result\s*=|ErrCode=|failed:|ret=|retCode=|errorCode=)\s*(?:{codes})\b";

    private static string[] CodeHints(params string[] codes) => codes;
}
