using Agent.Domain.Faults;
using static Agent.Engines.Causes.NewSignature;

namespace Agent.Engines.Causes;

/// <summary>Failures that every start would meet again: settings, versions, environment.</summary>
internal static class SettingSignatures
{
    private const string Settings = @"\b[0-9]{1,4} validation errors? for \w|\bValidationError\b|User-specified max_model_len"
        + @"|(?:is larger than the|exceeds the total) number of available (?:GPUs|NPUs)"
        + @"|must be greater than or equal to max_num_seqs|unrecognized arguments"
        + @"|^[^:'""]{1,100}: error: (?:argument |the following arguments are required|one of the arguments|ambiguous option|invalid choice|too few arguments)";

    private static readonly string[] SettingsHints = ["validation error", "ValidationError", "User-specified max_model_len", "number of available",
        "must be greater than or equal to max_num_seqs", "unrecognized arguments", ": error: "];

    /// <summary>The engine refuses a thing at its first use, after it had served.</summary>
    private static readonly CauseMeaning AtFirstUse = new(Cure.RestartEngine, FaultCodes.EngineOperatorFailed);

    /// <summary>The engine had started with this before, so a new run may go well.</summary>
    private static readonly CauseMeaning NewRun = new(Cure.RestartEngine, FaultCodes.EngineDeviceError);

    /// <summary>
    /// The refusals of argparse ("PROG: error: argument --x: ...") or of a settings model of pydantic ("1 validation error for X"),
    /// whatever the option is. Requests are checked by models of the same kinds. So these lines may speak only before there is a request.
    /// </summary>
    public static readonly LogSignature Refused = Of("settings-refused", Cure.Person, Settings, SettingsHints) with
    {
        Speaks = CausePhase.Starting,
        Below = Searching(@"^ {2,}(?! *For further information)\S|^[\w.\[\]-]{1,80}$"),
    };

    public static readonly IReadOnlyList<LogSignature> All =
    [
        Refused,
        Of("ready-limit-too-short", FaultCodes.EngineStartStalled, Cure.RestartEngine,
            "Timed out waiting for engine(?: core processes to start|s to send initial message)",
            ["Timed out waiting for engine"]) with { Speaks = CausePhase.Starting, Standing = Standing.Echo },
        Of("shared-memory-full", FaultCodes.SharedMemoryFull, Cure.RestartEngine, @"\[Errno 14\] Bad address|No space left on device.{0,300}(?:shm|psm_)"
            + @"|shm.{0,300}No space left on device|died unexpectedly \(exit code: -7\)"
            + @"|unable to (?:write to|open|allocate shared memory\S{0,10} for) (?:file|shared memory object)? ?</torch_.{0,300}No space left on device",
            ["[Errno 14] Bad address", "No space left on device", "(exit code: -7)"]),
        Of("quantization-wrong", Cure.Person, "ModelSlim Quantization Config Not Found|doesn.t support quant_type",
            ["ModelSlim Quantization Config", "support quant_type"]) with { Speaks = CausePhase.Starting },
        Of("parallelism-wrong", Cure.Person, "MC2 group metadata unavailable|EPLB must used in expert parallelism|EPLB not support",
            ["MC2 group metadata", "EPLB must used", "EPLB not support"]) with { OnceServed = AtFirstUse },
        Of("device-number-wrong", Cure.Person, @"\bEL0002\b|" + Code("107001"), ["EL0002", "107001"]) with { OnceServed = AtFirstUse },
        Of("graph-streams-exhausted", Cure.Person, @"\bEL00(?:0[689]|1[01])\b|capture status is invalidated|"
            + Code("20700[5789]|20701[0-2]|507903|1070(?:2[4-9]|3[0-46-9]|4[015])"),
            ["EL0006", "EL0008", "EL0009", "EL001", "capture status is invalidated", "20700", "20701", "507903", "10702", "10703",
            "10704"]) with { OnceServed = NewRun },
        // Only the modules that CANN itself imports. vLLM also prints lines about other missing modules, and works without them.
        Of("environment-incomplete", Cure.Person, @"GEInitialize failed|\bEE2002\b|\bE4000[123]\b|\bE4002[034]\b|\bE30007\b|\bE39010\b|\bE2000[23]\b"
            + @"|\bE2100[12]\b|\bE80001\b|\bEH000[34]\b|\bEE1014\b"
            + @"|No module named '(?:decorator|sympy|te|tbe|attrs?|absl|cloudpickle|ml_dtypes|tornado|scipy|psutil)'"
            + @"|\blib(?:ascend|runtime|hccl|acl|ge_|dcmi|drv|c_sec)\w*\.so[.0-9]*: cannot open shared object|" + Code("50000[0-6]|507000"),
            ["GEInitialize failed", "EE2002", "E4000", "E4002", "E30007", "E39010", "E2000", "E2100", "E80001", "EH000", "EE1014", "No module named",
            "cannot open shared object", "50000", "507000"]) with { OnceServed = NewRun },
        Of("communication-settings-wrong", Cure.Person, @"\bEI00(?:0[13458]|1[4567])\b|\bEJ0004\b|\bEF200[12]\b|HCCL_BUFFSIZE should be positive"
            + @"|Environment variable \[\w+\] is invalid", ["EI000", "EI001", "EJ0004", "EF200", "HCCL_BUFFSIZE should be positive",
            "Environment variable ["]) with
        {
            OnceServed = new CauseMeaning(Cure.RestartEngine, FaultCodes.EngineCommunicationFailed),
        },
        Of("versions-do-not-match", Cure.Person, @"undefined symbol|\bEE1015\b|Compatibility\s*: NOK|(?i:driver version .{0,80}(?:not|mis)[- ]?match)|"
            + Code("507008"), ["undefined symbol", "EE1015", "Compatibility", "river version", "507008"]) with { Speaks = CausePhase.Starting },
    ];
}
