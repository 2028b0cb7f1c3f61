namespace Agent.ForeignText;

/// <summary>
/// The text around a secret, as pieces of patterns. One value is written in many ways: as JSON within JSON, in an address, in HTML, in the colours of
/// a terminal, as the text of an object. A piece that misses one of them stops in front of the secret and lets it through, so every way stands here,
/// for all patterns. The pieces before a value are atomic: there is no way back, and a redacted text is not redacted again.
/// </summary>
internal static class SecretSyntax
{
    // A quote as it is, in JSON within JSON, in an address (also one within another), or in HTML.
    public const string Quote = @"(?:\\{0,8}[""']|%(?:25)?2[27]|&(?:quot|apos|#34|#39|#x22|#x27);|\\{1,8}u002[27])";

    // The text between a name and its value.
    public const string Given = Quote + @"?(?>(?:\s|%(?:25)?20|" + Colour + "){0,40})" + Sign + @"(?>(?:\s|\+|%(?:25)?20|" + Colour + "){0,40})";

    // A word that stands where a secret could be, such as none, or the mark of a secret that was removed.
    public const string NoValue = @"(?!\[redacted|\*{3}|(?:none|null|nil|true|false|yes|no|undefined|not)\b)";

    // Behind an opening quote (group o): everything up to the same quote, or to the end of the line.
    public const string Quoted = @"(?>(?:(?!\k<o>)(?:\\.|[^\r\n]))+)";

    public const string Plain = @"(?>(?:[^\s""',;&}\\%\x1b\0]|\\(?![""']|u002[267])|%(?!(?:25)?(?:2[267c]|3b|7d)))+)";

    // Several words, as long as no name of another value follows the sign between them.
    public const string PlainList = Plain + @"(?>(?:[,;](?![\w.-]{0,40}\s?[=:])" + Plain + "){0,50})";

    // The value of a name: a quoted text, several texts in brackets, or words.
    public const string Value = NoValue + @"(?(l)(?![\])]))(?(o)" + Quoted + @"(?(l)(?:\k<o>\s{0,5},\s{0,5}" + Wrapped + @"?\k<o>" + Quoted
        + @"){0,50}(?:\k<o>\s{0,5},\s{0,5}(?!\[redacted)[^\])\r\n]+)?|)|" + PlainList + @"(?(l)(?>(?:\s{0,5},\s{1,5}" + Plain + "){0,50})|))()";

    // The front of a value: the bracket of a list (group l), a tag or a type, a quote (group o).
    public const string Opened = @"(?!\[redacted)(?>(?<l>(?:[\[(]|%(?:25)?5b)\s{0,5})?(?:!(?:!str|!binary|vault)\s{1,5}|" + Wrapped
        + "(?=" + Quote + "))?(?<o>" + Quote + ")?)";

    // The sign of a value: of YAML, of a shell, of Go, Ruby and Python, the wide colon of Chinese texts (as text and as bytes), and encoded ones.
    private const string Sign = @"(?>=>|:=|={1,2}|:|\uff1a|\u00ef\u00bc\u009a|%(?:25)?3[da]|\\{1,8}u003[da]|&\#(?:58|61|x3a|x3d);)";

    // A colour of a terminal, as it is or as a text shows it.
    private const string Colour = @"(?:\x1b|\\{1,4}(?:u001b|x1b|033|e))\[[0-9;]{0,20}m";

    // The words of programs before a quoted value: bytes of Python, a type of Rust or Python, a pointer of Go, an anchor of YAML, an object around it.
    private const string Wrapped =
        @"(?:[bur]{1,2}|[a-z_][\w.]{0,40}\(|[$@*]|&\w{0,40}\s{0,5}|\{\s{0,5}" + Quote + "?(?:value|default|secret)" + Quote + @"?\s{0,5}[:=]\s{0,5})";
}
