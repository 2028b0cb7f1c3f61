using static Agent.Engines.SignatureTable;

namespace Agent.Engines;

/// <summary>
/// Execution on the chip: a new engine on the same chip works. Codes of a family go together, for example the traps and
/// overflows of an AI core.
/// </summary>
internal static class ExecutionSignatures
{
    public static readonly IReadOnlyList<LogSignature> All =
    [
        Of("aicore-timeout", Cure.RestartEngine, @"(?i:ai ?core (?:execution )?time(?:s|d)? ?out)|" + Code("507014|507048"), ["icore", "ICore", "I core", "I Core", "507014", "507048"]),
        Of("aicore-exception", Cure.RestartEngine, @"(?i:ai ?core (?:error |trap )?exception|aicore kernel execute failed)|" + Code("50701[56]|50704[23]|507049|507050"), ["icore", "ICore", "I core", "I Core", "507015", "507016", "507042", "507043", "507049", "507050"]),
        Of("vector-core-failed", Cure.RestartEngine, "(?i:vector core (?:execution )?(?:timed out|timeout|(?:trap )?exception)|aivec error exception)|" + Code("50703[456]|50704[45]"), ["ector core", "ector Core", "aivec error", "507034", "507035", "507036", "507044", "507045"]),
        Of("aicpu-exception", Cure.RestartEngine, "(?i:ai ?cpu (?:timeout|exception|execution is abnormal|kernel execute failed))|" + Code("50701[789]|507020|50790[02]"), ["icpu", "ICPU", "I CPU", "507017", "507018", "507019", "507020", "507900", "507902"]),
        Of("model-execution-failed", Cure.RestartEngine, "(?i:model execut(?:e|ion) failed)|" + Code("507011|361001"), ["odel execut", "507011", "361001"]),
        Of("synchronize-timeout", Cure.RestartEngine, @"\bEE1002\b|(?i:(?:stream|event) sync(?:hronize)? time ?out)|" + Code("507012|50704[67]|1070(?:19|20)|207020|507915"), ["EE1002", "ync time", "ynchronize time", "507012", "507046", "507047", "107019", "107020", "207020", "507915"]),
        Of("context-lost", Cure.RestartEngine, Code("10700[2345]"), ["107002", "107003", "107004", "107005"]),
    ];
}
