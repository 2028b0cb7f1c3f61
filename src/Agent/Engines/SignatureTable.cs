using System.Text.RegularExpressions;

namespace Agent.Engines;

/// <summary>
/// The lines of engine logs and CANN logs that name a cause, the most telling first. Codes are those of ACL (5xxxxx, 1xxxxx,
/// 2xxxxx) and CANN (EI, EE, EL, EZ, E3); texts are those of captures/vllm/failure-*, captures/ascend/app_* and plog_*.
/// ASCEND_ERROR_DEVICE_NOT_AVAILABLE is the published guide's word and was found on no real host.
/// </summary>
internal static class SignatureTable
{
    private const RegexOptions Options = RegexOptions.CultureInvariant;

    // By the clock on the wall: on a host without a free CPU a search that is well may take long.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public static readonly IReadOnlyList<LogSignature> All =
    [
        .. DeviceSignatures.All, .. SettingSignatures.All, .. ExecutionSignatures.All, .. LinkSignatures.All, .. EchoSignatures.All,
    ];

    public static LogSignature Of(string id, Cure cure, string pattern, IReadOnlyList<string> hints) => Of(id, LogSignature.FaultOf(cure), cure, pattern, hints);

    public static LogSignature Of(string id, string? fault, Cure cure, string pattern, IReadOnlyList<string> hints, bool isEcho = false) =>
        new(id, cure, fault, hints, new Regex(pattern, Options, Limit), isEcho);

    /// <summary>
    /// An ACL code stands behind words such as these, in many spellings: <c>error code is N</c>, <c>error code:N</c>,
    /// <c>runtime result = N</c>, <c>retCode[N]</c>. The bare number may be a port or a count.
    /// </summary>
    public static string Code(string codes) =>
        $@"(?i:err(?:or)?[ _]?code|acl error|result|ret(?:urn)?(?:[ _]?(?:code|value))?|failed(?=\s*[:,=(\[]))(?:\s+is|\s*,)?\s*[:=(\[]{{0,2}}\s*(?:{codes})\b";
}
