using System.Buffers;
using System.Text.RegularExpressions;
using Agent.Adapters;
using static Agent.ForeignText.SecretSyntax;

namespace Agent.ForeignText;

/// <summary>
/// The patterns of secrets. Group 1 of a pattern is the text before the secret that stays, group 2 the text behind it that stays. No quantifier is
/// open at the front of a pattern, and quantifiers in front of a fixed text have a limit. The reason: any sender of prompts can write log lines, and
/// they must not make a search take for ever. The formats are known from their vendors and from the rule sets of secret scanners.
/// </summary>
internal static partial class SecretPatterns
{
    private static readonly Regex UserOption = RarePattern.Of(
        @"((?<=[\s""'])(?:(?:-u|--(?:proxy-)?user)(?:\s{1,9}|=|" + Quote + @"\s{0,5},\s{0,5}" + Quote + @")|(?<=curl [^\r\n]{0,200})-u)" + @"[""']?[^\s:@/""']{1,100}:)"
            + NoValue + Plain + "()",
        ignoreCase: true);

    private static readonly Regex Elements = RarePattern.Of(@"((?:<|&lt;)[\w:.-]{0,40}(?:" + SecretName + @"|token)(?:\s[^<>]{0,200})?(?:>|&gt;))" + NoValue
        + @"(?:(?!&lt;)[^<\r\n])+()", ignoreCase: true);

    // A name and its value as two texts: headers and arguments of Python, variables of Kubernetes, settings in XML.
    private static readonly Regex Pairs = RarePattern.Of(
        @"([\[(]\s{0,3}b?" + Quote + NameInQuotes + Quote + @"\s{0,3},\s{0,3}b?(?<o>" + Quote + "))" + NoValue + Quoted + @"(?=\k<o>\s{0,3}[\])])()", ignoreCase: true);

    private static readonly Regex NamesAndValues = RarePattern.Of(
        "((?:name|key)" + Given + Quote + NameInQuotes + Quote + @"[\s,]{1,9}" + Quote + "?value" + Given + "(?<o>" + Quote + "))" + NoValue + Quoted + "()", ignoreCase: true);

    // Lines of a .netrc.
    private static readonly Regex LoginLines = RarePattern.Of(@"((?:\b(?:machine|login|account)\s{1,9}\S{1,200}\s{1,9}|^\s{0,40})password\s{1,9})" + NoValue
        + @"[^\s:=]\S*(?=\s*(?:$|machine\b|login\b|account\b|macdef\b))()", ignoreCase: true);

    // Names in Chinese. Behind the sign a sentence may follow.
    private static readonly Regex ChineseNamed = RarePattern.Of("(" + ChineseNames.Pattern + "[0-9]{0,2}" + Given + "(?>(?<o>" + Quote + ")?))" + NoValue
        + ChineseNames.NoSentence + "(?(o)" + Quoted + "|" + ChineseNames.Plain + ")()", ignoreCase: true);

    // Huawei Cloud calls its pair ak and sk. These words are too short to mean a secret, unless the value looks like one.
    private static readonly Regex KeyPair = RarePattern.Of(@"(\b[as]k" + Given + Quote + @"?)[A-Za-z0-9]{16,}()", ignoreCase: true);

    private static readonly Regex Webhooks = RarePattern.Of(
        @"((?:oapi\.dingtalk\.com/robot/send\?access_token=|qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=|open\.(?:feishu\.cn|larksuite\.com)/open-apis/bot/v2/hook/|hooks\.slack\.com/services/" +
        @"|api\.telegram\.org/bot|discord(?:app)?\.com/api/webhooks/|webhook\.office\.com/webhookb2/|sctapi\.ftqq\.com/|sc\.ftqq\.com/))[^\s""']+()");

    private static readonly Regex EncodedUserInfo = RarePattern.Of(
        @"(%(?:25)?3a(?:%(?:25)?2f|/){2})(?!\[redacted\]|git%)(?:[^\s/&%""']|%(?!(?:25)?(?:40|2f))){1,500}(%(?:25)?40)", ignoreCase: true);

    // A proxy needs no scheme.
    private static readonly Regex ProxyUser = RarePattern.Of(@"(proxy(?:" + Given + @"|\s{1,9}|" + Quote + @"\s{0,5},\s{0,5})" + Quote + @"?[^\s:@/""']{1,100}:)"
        + @"(?!\[redacted)[^\s@/""']{1,200}(@)", ignoreCase: true);

    // An address that is valid for as long as its signature, and one with a secret under a short name.
    private static readonly Regex Signature = RarePattern.Of(@"([?&;](?:(?:x-[a-z]{2,10}-)?sig(?:nature)?|key|auth|pass|pwd)=)(?!\[redacted)[^\s&""'<>]{4,}()",
        ignoreCase: true);

    // A login in a file of docker or npm is a password, too.
    private static readonly Regex Logins = RarePattern.Of(@"((?:[""']auth[""']\s{0,9}:\s{0,9}[""']|\b_auth\s{0,3}=\s{0,3}[""']?))[a-z0-9+/=]{8,}()", ignoreCase: true);

    // Programs that take a password behind a short option.
    private static readonly Regex ShortOptions = RarePattern.Of(
        @"(\b(?:sshpass\b[^\r\n]{0,40}?\s-p\s{0,3}|(?:docker|podman|isula|nerdctl|registry)\s{1,3}login\b[^\r\n]{0,100}?\s-p\s{0,3}" +
        @"|ipmitool\b[^\r\n]{0,100}?\s-P\s{0,3}|redis-cli\b[^\r\n]{0,100}?\s-a\s{0,3}|(?:mysql(?:dump|admin)?|mariadb)\b[^\r\n]{0,100}?\s-p)[""']?)" + NoValue
            + @"(?![-;|&])[^\s""']+()");

    // The same pair without a scheme. Much that is no secret has this look: times, images, functions of files, and above all addresses of mail and of
    // ssh behind a label. So the password has a port behind its host, or does not look like the name of a person.
    private static readonly Regex BareUserInfo = RarePattern.Of(
        @"((?<![\w.%+/@:=\\-])(?!(?:" + LabelsOfAddresses + @"):)(?<u>[a-z][\w.-]{0,40}):)(?!\[redacted|\k<u>[\w.-]{0,40}@[a-z0-9-]{1,60}\.[a-z0-9.-]{0,60}[a-z])"
            + @"(?=(?<e>[a-z.-]{0,60}[!#$%^&*=?~|+]|(?=[^@]{6})(?:[a-z._-]{1,60}[0-9]|[0-9._-]{1,60}[a-z]))?)[^\s:@/""'<>,;(){}\[\]\\]{4,100}"
            + @"(@)(?=(?:(?:[0-9]{1,3}\.){3}[0-9]{1,3}|localhost|(?:[a-z0-9-]{1,60}\.){1,8}(?!" + EndingsOfFiles + @")[a-z]{2,20}|(?!sha[0-9]|md5)[a-z][a-z0-9-]{1,60}(?=:))"
            + @"(?![\w.-])(?(e)|:[0-9]{2,5}(?![\w.])))",
        ignoreCase: true);

    // Beside each pattern stand words. Every match of the pattern holds one of them. To search for words is fast, and nearly all lines of a log have
    // none. Case counts where it counts in the pattern; otherwise every "sec" would be the beginning of a secret.
    private static readonly (Regex Pattern, string[] Words, StringComparison Case)[] Known =
    [
        (KeyPair, ["ak=", "ak:", "ak\"", "ak'", "ak ", "sk=", "sk:", "sk\"", "sk'", "sk "], StringComparison.OrdinalIgnoreCase),
        (
            Tokens(),
            [
                "hf_", "sk-", "gsk_", "nvapi-", "ms-", "SEC", "eyJ", "Bearer ", "LTAI", "STS.", "AKIA", "ASIA", "AKID", "AKLT", "ALTAK-", "AIza", "ya29.",
                    "hvs.", "hvb.", "SG.",
                "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "gldt-", "glrt-", "glptt-", "npm_", "pypi-", "dckr_", "xox", "xapp-",
                    "_live_", "whsec_", "bearer ", "r8_", "xai-", "pplx-", "glsa_", "api_org_", "wandb_v1_", "dop_v1_", "AGE-SECRET", "GOCSPX-", "ATATT3",
            ],
            StringComparison.Ordinal),
        (Webhooks, ["robot/send", "webhook/send", "/hook/", "hooks.slack.com", "/bot", "/webhooks/", "/webhookb2/", "ftqq.com/"], StringComparison.Ordinal),
        (UserInfo(), ["://", @"/\/", @"\u002f\"], StringComparison.Ordinal),
        (EncodedUserInfo, ["%2f%2f", "%252f%252f", "%3a//"], StringComparison.OrdinalIgnoreCase),
        (ProxyUser, ["proxy"], StringComparison.OrdinalIgnoreCase),
        (BareUserInfo, ["@"], StringComparison.Ordinal),
        (ChineseNamed, ChineseNames.Words, StringComparison.Ordinal),
        (Signature, ["sig=", "signature=", "?key=", "&key=", "?auth=", "&auth=", "pass=", "pwd="], StringComparison.OrdinalIgnoreCase),
        (Logins, ["auth\"", "auth'", "_auth"], StringComparison.OrdinalIgnoreCase),
        (ShortOptions, ["sshpass", " login ", "ipmitool", "redis-cli", "mysql", "mariadb"], StringComparison.OrdinalIgnoreCase),
    ];

    private static readonly (Regex Pattern, SearchValues<string> Words)[] Others = [.. Known.Select(k => (k.Pattern, SearchValues.Create(k.Words, k.Case)))];

    /// <summary>Patterns that need a name that sounds secret, and a value.</summary>
    private static readonly Regex[] ByName = [Headers(), Cookies(), Options(), UserOption, Named(), NamedToken(), Elements, LoginLines, Pairs, NamesAndValues];

    // The words are in two parts: a search gets slower with more words, and with more words in any case.
    private static readonly string[] Exact = [.. Known.Where(k => k.Case == StringComparison.Ordinal).SelectMany(k => k.Words)];
    private static readonly string[] InAnyCase = [.. Known.Where(k => k.Case != StringComparison.Ordinal).SelectMany(k => k.Words)];
    private static readonly SearchValues<string> AnyInAnyCase = SearchValues.Create(InAnyCase, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// A text holds no secret with a known look if it has none of these words, and none of <see cref="WordsInAnyCase"/> in any case.
    /// </summary>
    public static IEnumerable<string> ExactWords => Exact;

    public static IEnumerable<string> WordsInAnyCase => [.. SecretNames.Words, .. SecretNames.Users, .. InAnyCase];

    /// <summary>For a line that holds none of <see cref="ExactWords"/>.</summary>
    public static bool MayHold(ReadOnlySpan<char> line) => line.ContainsAny(AnyInAnyCase) || SecretNames.MayHaveValue(line);

    /// <summary>The patterns that may match in this text.</summary>
    public static IEnumerable<Regex> For(string text)
    {
        if (SecretNames.MayHaveValue(text))
        {
            foreach (var pattern in ByName)
                yield return pattern;
        }

        foreach (var (pattern, words) in Others)
        {
            if (text.AsSpan().ContainsAny(words))
                yield return pattern;
        }
    }

    private const string LabelsOfAddresses =
        "to|from|cc|bcc|mail|mailto|e-?mail|contact|author|maintainer|owner|by|sender|recipients?|reply-to|user|username|login|account|ssh|scp|sftp|rsync"
        + "|git|host|node|server|target|model|engine|worker|image|container|npm|pkg|package|sha[0-9]{1,3}|md5";

    private const string EndingsOfFiles =
        @"(?:py|pyx|cc|cpp|c|h|hpp|cu|so|go|rs|js|ts|java|cs|sh|json|ya?ml|log|txt|md|conf|cfg|service|timer|socket|mount|slice|scope|device|target|path)\b";

    private const RegexOptions AnyCase = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private const string SecretName =
        @"(?:api|access|account|shared|private|secret|auth|signing|encryption|subscription|master|ssh)[_ -]?keys?(?:[_ -]?(?:id|secret))?" +
        @"|secrets?(?:[_ -]?(?:access[_ -]?)?key)?(?:[_-]?id)?|passwd|password|passphrase|passcode|credentials?|(?<=[_;]\s?)(?:pwd|pass)" +
        @"|(?<=--(?:(?:db|admin|user|root|proxy|login)-)?)(?:pwd|pass)|(?<=[""'])(?:pwd|pass)(?=\\{0,8}[""']\s{0,9}[:=]\s{0,9}\\{0,8}[""'](?!/))";

    private const string NameInQuotes = @"[\w-]{0,40}(?:" + SecretName + @"|token|authorization|cookie)";

    // More than one of a kind.
    private const string Suffix = @"(?:[_-]?[0-9]{1,2}|[_-](?:base|value|string))?";

    [GeneratedRegex("((?<!argument --)(?:" + SecretName + ")" + Suffix + Given + Opened + ")" + Value, AnyCase, 5000)]
    private static partial Regex Named();

    // A model reads and writes tokens, too: numbers of tokens, and tokens in angle brackets, are no secrets.
    // Behind a numbered token stands a word of a text, unless it is longer than words are.
    [GeneratedRegex(@"((?<!(?:bos|eos|pad|unk|sep|cls|mask|image|video|audio|stop|special)[_ -])token(?<c>[_-]?[0-9]{1,2})?" + Given + Opened
        + @")(?![0-9.]+(?:[^\w.-]|ms|s\b|\z)|<)(?=.{3})(?(c)(?=[\w.+/=-]{12}|(?=[a-z_.+/=-]{0,60}[0-9])[\w.+/=-]{8}))" + Value, AnyCase, 5000)]
    private static partial Regex NamedToken();

    // Some schemes have a list of parts behind them. A scheme that is not known here may be the secret itself.
    [GeneratedRegex(
        @"((?:authorization|x-[a-z-]{0,30}key)" + Given + Opened + @"(?>(?<s>(?:bearer|basic|token|negotiate|ntlm|apikey|api-key)\s{1,9})?))" +
        NoValue + "(?(o)" + Quoted + @"|(?:(?:digest|hawk|oauth|mac|hmac|signature|aws4-hmac-sha256|credential)\b[^\r\n]+|" + Plain
            + @"(?(s)|(?:\s{1,3}[^\s""',;:]{4,})?)))()",
        AnyCase,
        5000)]
    private static partial Regex Headers();

    [GeneratedRegex("(cookie" + Given + "(?>(?<o>" + Quote + ")?))" + NoValue + "(?(o)" + Quoted
        + @"|(?:[^\s""',;=]{0,100}=[^\s""',;]*|[^\s""',;]{4,})(?:;\s{0,3}[^\s""',;]+)*)()", AnyCase, 5000)]
    private static partial Regex Cookies();

    // A command line as a process list shows it, or a list of words as Python writes it. vLLM takes several API keys behind one option.
    [GeneratedRegex(
        @"((?<![\w-])--(?=[a-z])(?!no-)(?:[\w-]{0,40}(?<n>api[_-]?keys?)|[\w-]{0,40}(?:key|secret|token|passwd|password|passphrase|passcode|credentials?|\bpwd|\bpass))(?:" + Quote
            + @"\s{0,5},\s{0,5}(?<o>" + Quote + @")|[\s\0]{1,9}(?>(?<o>" + Quote + @")?))(?!-|(?:[A-Z]+_)?(?:KEY|TOKEN)[\s\]]))" +
        NoValue + "(?(o)" + Quoted + @"(?(n)(?:\k<o>(?:\s{0,5},\s{0,5}|\s{1,9})\k<o>(?!-)" + Quoted + @"){0,50})|" + PlainList + @"(?(n)(?:\s{1,9}(?!-)" + Plain
            + @"){0,50}))()",
        AnyCase,
        5000)]
    private static partial Regex Options();

    [GeneratedRegex(
        @"()(?<![A-Za-z0-9_])(?:hf_[A-Za-z0-9]{20,}|gsk_[A-Za-z0-9]{20,}|nvapi-[\w-]{20,}|sk-[A-Za-z0-9_-]{16,}|[sr]k_live_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{16,}" +
        @"|ms-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|SEC[0-9a-f]{64}|eyJ[A-Za-z0-9_-]{10,1000}\.[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{5,}" +
        @"|LTAI[A-Za-z0-9]{12,}|STS\.[A-Za-z0-9]{16,}|A[KS]IA[0-9A-Z]{16}|AKID[A-Za-z0-9]{13,}|AKLT[A-Za-z0-9]{16,}|ALTAK-[A-Za-z0-9]{12,}(?:/[A-Za-z0-9]{16,})?" +
        @"|AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{20,}|hv[sb]\.[A-Za-z0-9_-]{20,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}" +
        @"|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,}|gl(?:pat|dt|rt|ptt)-[A-Za-z0-9_.-]{16,}|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{16,}|dckr_(?:pat|oat)_[A-Za-z0-9_-]{16,}" +
        @"|xox[abcdeprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}|r8_[A-Za-z0-9]{30,}|xai-[A-Za-z0-9]{32,}|pplx-[A-Za-z0-9]{32,}|glsa_[A-Za-z0-9_]{20,}" +
        @"|api_org_[A-Za-z0-9]{20,}|wandb_v1_[A-Za-z0-9_]{20,}|dop_v1_[0-9a-f]{32,}|AGE-SECRET-KEY-1[A-Z0-9]{32,}|GOCSPX-[A-Za-z0-9_-]{16,}|ATATT3[A-Za-z0-9_=-]{20,}" +
        @"|(?<=[Bb]earer )(?=[A-Za-z._~+/=-]{0,60}[0-9])[A-Za-z0-9._~+/=-]{8,})()",
        RegexOptions.CultureInvariant,
        5000)]
    private static partial Regex Tokens();

    // A user alone may be a token. A password may hold the signs that end it. An address with a port and a later @ has no password.
    [GeneratedRegex(
        @"(\b[a-z][a-z0-9+.-]{0,20}:(?:(?:\\{0,4}/){2}|(?:\\{1,4}u002f){2}))(?!\[redacted\]@|git@)(?:[^\s/""'<>]{1,500}|[^\s/@:""'<>]{0,100}:(?![0-9]{1,5}/)[^\s""'<>?#]{1,500})(@)(?!sha256:)",
        AnyCase,
        5000)]
    private static partial Regex UserInfo();
}
