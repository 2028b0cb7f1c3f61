using Agent.Domain.Faults;
using static Agent.Engines.SignatureTable;

namespace Agent.Engines;

/// <summary>What every start would meet again: settings, versions, environment.</summary>
internal static class SettingSignatures
{
    public static readonly IReadOnlyList<LogSignature> All =
    [
        Of("settings-refused", Cure.Person, "ValidationError|User-specified max_model_len|is larger than the number of available (?:GPUs|NPUs)|must be greater than or equal to max_num_seqs|unrecognized arguments", ["ValidationError", "User-specified max_model_len", "is larger than the number of available", "must be greater than or equal to max_num_seqs", "unrecognized arguments"]),
        Of("ready-limit-too-short", FaultCodes.EngineStartStalled, Cure.RestartEngine, "Timed out waiting for engine(?: core processes to start|s to send initial message)", ["Timed out waiting for engine"]),
        Of("shared-memory-full", FaultCodes.SharedMemoryFull, Cure.RestartEngine, @"\[Errno 14\] Bad address|No space left on device.*(?:shm|psm_)|shm.*No space left on device|died unexpectedly \(exit code: -7\)", ["[Errno 14] Bad address", "No space left on device", "(exit code: -7)"]),
        Of("quantization-wrong", Cure.Person, "ModelSlim Quantization Config Not Found|doesn.t support quant_type", ["ModelSlim Quantization Config", "support quant_type"]),
        Of("parallelism-wrong", Cure.Person, "MC2 group metadata unavailable|EPLB must used in expert parallelism|EPLB not support", ["MC2 group metadata", "EPLB must used", "EPLB not support"]),
        Of("device-number-wrong", Cure.Person, @"\bEL0002\b|" + Code("107001"), ["EL0002", "107001"]),
        Of("graph-streams-exhausted", Cure.Person, @"\bEL00(?:0[689]|1[01])\b|capture status is invalidated|" + Code("20700[5789]|20701[0-2]|507903|1070(?:2[4-9]|3[0-2])"), ["EL0006", "EL0008", "EL0009", "EL001", "capture status is invalidated", "20700", "20701", "507903", "10702", "10703"]),
        // Only the modules that CANN itself imports: vLLM tells of others that it does without.
        Of("environment-incomplete", Cure.Person, @"GEInitialize failed|\bEL0003\b|\bEE2002\b|\bE4002[04]\b|\bE40002\b|No module named '(?:decorator|sympy|te|tbe|attrs?|absl|cloudpickle|ml_dtypes|tornado|scipy|psutil)'|\blib(?:ascend|runtime|hccl|acl|ge_|dcmi|drv|c_sec)\w*\.so[.\d]*: cannot open shared object|" + Code("50000[0-6]|507000"), ["GEInitialize failed", "EL0003", "EE2002", "E40020", "E40024", "E40002", "No module named", "cannot open shared object", "50000", "507000"]),
        Of("operator-not-supported", Cure.Person, @"\bEZ1001\b|\bEZ000\d\b|\bE40021\b|\bE2000[13]\b|\bEL0014\b|MLA only support|Unsupported soc_version|binary_info_config\.json failed|" + Code(@"16100[12]|5610\d\d|5611\d\d|2070(?:00|19)|507009"), ["EZ1001", "EZ000", "E40021", "E20001", "E20003", "EL0014", "MLA only support", "Unsupported soc_version", "binary_info_config.json failed", "16100", "5610", "5611", "207000", "207019", "507009"]),
        Of("communication-settings-wrong", Cure.Person, @"\bEI00(?:0[13458]|1[4567])\b|\bEJ0004\b|\bEF200[12]\b|HCCL_BUFFSIZE should be positive|Environment variable \[\w+\] is invalid", ["EI000", "EI001", "EJ0004", "EF200", "HCCL_BUFFSIZE should be positive", "Environment variable ["]),
        Of("versions-do-not-match", Cure.Person, @"undefined symbol|\bEE1015\b|Compatibility\s*: NOK|(?i:driver version .{0,80}(?:not|mis)[- ]?match)|" + Code("507008"), ["undefined symbol", "EE1015", "Compatibility", "river version", "507008"]),
    ];
}
