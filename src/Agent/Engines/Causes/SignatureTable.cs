namespace Agent.Engines.Causes;

/// <summary>
/// The lines of engine logs and CANN logs that name a cause, the most telling first. Codes are those of ACL (5xxxxx, 1xxxxx,
/// 2xxxxx) and CANN (EI, EE, EL, EZ, E3); texts are those of captures/vllm/failure-*, captures/ascend/app_* and plog_*.
/// ASCEND_ERROR_DEVICE_NOT_AVAILABLE is the published guide's word and was found on no real host.
/// </summary>
internal static class SignatureTable
{
    public static readonly IReadOnlyList<LogSignature> All =
    [
        .. DeviceSignatures.All, .. SettingSignatures.All, .. StartSignatures.All, .. OperatorSignatures.All, .. ExecutionSignatures.All, .. LinkSignatures.All,
        .. EchoSignatures.All,
    ];
}
