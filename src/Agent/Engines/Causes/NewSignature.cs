using System.Text.RegularExpressions;

namespace Agent.Engines.Causes;

/// <summary>How the tables write their signatures.</summary>
internal static class NewSignature
{
    // The limit is measured by real time: on a host without a free CPU a normal search may take long.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public static LogSignature Of(string id, Cure cure, string pattern, IReadOnlyList<string> hints) => Of(id, LogSignature.FaultOf(cure), cure, pattern,
        hints);

    public static LogSignature Of(string id, string? fault, Cure cure, string pattern, IReadOnlyList<string> hints) =>
        new(id, cure, fault, hints, Searching(pattern));

    public static Regex Searching(string pattern) => new(pattern, RegexOptions.CultureInvariant, Limit);

    /// <summary>
    /// An ACL code stands behind words such as these, in many spellings: <c>error code is N</c>, <c>error code:N</c>,
    /// <c>runtime result = N</c>, <c>retCode[N]</c>. The bare number may be a port or a count. The number of blanks
    /// has a limit, because the search time of a line with thousands of blanks would grow with their square.
    /// </summary>
    public static string Code(string codes) =>
        $@"(?i:err(?:or)?[ _]?code|acl error|result|ret(?:urn)?(?:[ "
            + $@"_]?(?:code|value))?|failed(?=\s{{0,4}}[:,=(\[]))(?:\s{{1,4}}is|\s{{0,4}},)?\s{{0,4}}[:=(\[]{{0,2}}\s{{0,4}}(?:{codes})\b";
}
