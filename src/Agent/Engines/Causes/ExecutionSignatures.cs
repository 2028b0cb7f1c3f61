using static Agent.Engines.Causes.NewSignature;

namespace Agent.Engines.Causes;

/// <summary>
/// Failures of execution on the chip: a new engine on the same chip works. Codes
/// of one family go together, for example the traps and overflows of an AI core.
/// </summary>
internal static class ExecutionSignatures
{
    public static readonly IReadOnlyList<LogSignature> All =
    [
        Of("aicore-timeout", Cure.RestartEngine, @"(?i:ai ?core (?:execution )?time(?:s|d)? ?out)|" + Code("507014|507048"),
            ["icore", "ICore", "I core", "I Core", "507014", "507048"]),
        Of("aicore-exception", Cure.RestartEngine,
            @"(?i:ai ?core (?:error |trap )?exception|aicore kernel execute failed|exception of (?:\w{1,20} )?ai ?core error)" + @"|"
            + Code("50701[56]|50704[23]|507049|507050|207003|20701[67]"),
            ["icore", "ICore", "I core", "I Core", "507015", "507016", "507042", "507043", "507049", "507050", "207003", "207016", "207017"]),
        Of("vector-core-failed", Cure.RestartEngine,
            @"(?i:vector core (?:execution )?(?:timed out|timeout|(?:trap )?exception)|aivec error exception|exception of (?:\w{1,20} )?(?:ai "
                + @"?vec(?:tor)?|vector)(?: ?core)? error)"
            + @"|" + Code("50703[456]|50704[45]"),
            ["ector core", "ector Core", "aivec error", "exception of ", "507034", "507035", "507036", "507044", "507045"]),
        Of("aicpu-exception", Cure.RestartEngine,
            @"(?i:ai ?cpu (?:timeout|exception|execution is abnormal|kernel execute failed)|exception of (?:\w{1,20} )?ai ?cpu error)" + @"|"
            + Code("50701[789]|507020|50790[02]"), ["icpu", "ICPU", "I CPU", "exception of ", "507017", "507018", "507019", "507020", "507900", "507902"]),
        Of("model-execution-failed", Cure.RestartEngine, @"(?i:model execut(?:e|ion) failed)|\bEE1009\b|" + Code("507011|361001"),
            ["odel execut", "EE1009", "507011", "361001"]),
        Of("synchronize-timeout", Cure.RestartEngine, @"\bEE1002\b|(?i:(?:stream|event) sync(?:hronize)? time ?out)|"
            + Code("507012|50704[67]|1070(?:19|20)|207020|507915"),
            ["EE1002", "ync time", "ynchronize time", "507012", "507046", "507047", "107019", "107020", "207020", "507915"]),
        Of("context-lost", Cure.RestartEngine, @"\bEE1010\b|" + Code("10700[2345]"), ["EE1010", "107002", "107003", "107004", "107005"]),
        Of("memory-copy-failed", Cure.RestartEngine, @"(?i:exception of (?:\w{1,20} )?sdma error|there is an? sdma error)", ["sdma error",
            "SDMA error"]) with { Standing = Standing.Vague },
        Of("device-process-failed", Cure.RestartEngine, @"\bE3900[45]\b|\bEM900[12]\b|\bEZ2001\b|\bEE1019\b|" + Code("50700[17]|507022"),
            ["E39004", "E39005", "EM9001", "EM9002", "EZ2001", "EE1019", "507001", "507007", "507022"]),
        Of("resources-short", Cure.RestartEngine, @"\bEE(?:1007|1013|102[13]|400[124])\b|\bEH0010\b|\bEK020[1-4]\b|\bEL001[23]\b",
            ["EE1007", "EE1013", "EE1021", "EE1023", "EE400", "EH0010", "EK020", "EL0012", "EL0013"]),
    ];
}
