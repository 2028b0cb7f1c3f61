using System.Text;

namespace Agent.ForeignText;

/// <summary>
/// Chinese names of secrets, as pieces of patterns. In a file each byte is a character, so each piece stands here as text and as the bytes of UTF-8.
/// </summary>
internal static class ChineseNames
{
    /// <summary>It is also what a model reads and writes, which is counted (group t).</summary>
    private const string Token = "令牌";

    private static readonly string[] Names = ["密码", "密钥", "口令"];

    // Marks that end a value in the middle of a sentence.
    private static readonly string[] Marks = ["，", "。", "；", "、", "）", "」", "”"];

    public static readonly string[] Words = [.. Both([.. Names, Token])];

    public static readonly string Pattern = $"(?:(?<t>{AnyOf([Token])})|{AnyOf(Names)})";

    /// <summary>What follows is a word of a sentence and no secret, or a number of tokens.</summary>
    public const string NoSentence =
        @"(?![\u3400-\u9fff]|[\u00e3-\u00e9][\u0080-\u00bf]{2})(?(t)(?![0-9.]+(?:[^\w.-]|[\u00e3\u00ef][\u0080-\u00bf]|ms|s\b|\z)|<))";

    /// <summary>A value without quotes.</summary>
    public static readonly string Plain = $@"(?>(?:(?!{AnyOf(Marks)})[^\s""',;&}}\\])+)";

    private static string AnyOf(string[] texts) => string.Join('|', Both(texts));

    private static IEnumerable<string> Both(string[] texts) => [.. texts, .. texts.Select(t => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(t)))];
}
