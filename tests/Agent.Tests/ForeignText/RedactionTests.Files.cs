using System.Text;
using Agent.ForeignText;
using CsCheck;

namespace Agent.Tests.ForeignText;

/// <summary>Lines and files as a whole.</summary>
public sealed partial class RedactionTests
{
    [Fact]
    public void What_was_redacted_is_not_redacted_again() =>
        Rows().ShouldAllBe(text => Redaction.Clean(Redaction.Clean(text)) == Redaction.Clean(text));

    [Fact]
    public void A_configured_secret_goes_wherever_it_stands_in_a_line_of_any_length() =>
        Gen.Select(Gen.Int[0, 200_000], Gen.Int[0, 200_000]).Sample(
            (before, after) => Copied(new string('x', before) + Seeded + new string('y', after)).ShouldNotContain(Seeded),
            iter: 100);

    [Fact]
    public void A_line_is_only_let_through_unsearched_when_nothing_in_it_may_have_to_go() =>
        Rows().ShouldAllBe(text => Redaction.CleanLines(text + "\n") <= text.Length);

    // A secret may lie across two blocks, and behind any number of lines that are passed on as they are.
    [Fact]
    public void Clean_lines_around_a_secret_pass_to_the_byte_wherever_blocks_end() =>
        Gen.Select(Gen.Int[0, 3000], Gen.Int[0, 200], Gen.Int[0, 3000]).Sample(
            (before, width, after) =>
            {
                var line = "INFO throughput: 12.5 tokens/s " + new string('x', width) + "\n";
                var (front, back) = (string.Concat(Enumerable.Repeat(line, before)), string.Concat(Enumerable.Repeat(line, after)));
                Copied($"{front}password: hunter22\n{back}").ShouldBe($"{front}password: [redacted]\n{back}");
            },
            iter: 100);

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(700_003)]
    public void A_text_beyond_its_limit_ends_with_a_whole_line(int limit)
    {
        var text = string.Concat(Enumerable.Range(0, 200_000).Select(i => $"line {i}\n"));
        using var target = new MemoryStream();
        Redaction.Copy(new MemoryStream(Encoding.UTF8.GetBytes(text)), target, limit).ShouldBeFalse();
        var copied = Encoding.UTF8.GetString(target.ToArray());
        text.ShouldStartWith(copied);
        (copied.Length == 0 || copied.EndsWith('\n')).ShouldBeTrue();
        copied.Length.ShouldBeInRange(Math.Max(0, limit - 12), limit);
    }

    [Fact]
    public void The_end_of_a_file_that_begins_inside_a_key_holds_nothing_of_the_key()
    {
        var key = string.Concat(Enumerable.Range(0, 50).Select(i => $"{i:00}MIIEpAIBAAKCAQEA\n"));
        var text = new string('x', 100_000) + "\n-----BEGIN RSA PRIVATE KEY-----\n" + key + "-----END RSA PRIVATE KEY-----\nlast line\n";
        using var target = new MemoryStream();
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var begin = text.IndexOf("25MIIE", StringComparison.Ordinal) + 3;
        source.Position = begin - Redaction.Context;
        Redaction.Copy(source, target, long.MaxValue, skip: Redaction.Context).ShouldBeTrue();
        Encoding.UTF8.GetString(target.ToArray()).ShouldBe("last line\n");
    }

    [Fact]
    public void Bytes_that_are_no_text_pass_unchanged() =>
        Gen.Byte[0, 255].Array[0, 5000].Sample(
            bytes =>
            {
                using var target = new MemoryStream();
                new Redaction([]).Copy(new MemoryStream(bytes), target, long.MaxValue);
                if (!Encoding.Latin1.GetString(bytes).Contains(':', StringComparison.Ordinal))
                    target.ToArray().ShouldBe(bytes);
            },
            iter: 200);

    // Each part begins a match that does not end; a search that went back for each of them would come to its time limit.
    [Fact]
    public void A_line_made_to_take_long_is_searched_in_time()
    {
        string[] parts =
        [
            "api_key", "api_key=", "'api_key': ['", "api_key=['a','", "password: \"\\", "token: \\\\\\\\\"", "token", "token=1.", "--", "--api-key ",
                "--api-key a -", "'--api-key','a','", "--a-a-", "Authorization: ", "Authorization: Digest",
            "cookie: a=b;", "cookie: a", "<password ", "<password a=", "<a.a.", "login a ", "machine a login a ", " -u a", "ak: ", "https://", "https://a:",
                "https://a:a@", "a+a.a-", "%3a%2f%2f", "%3a%2f%2fa%2", "&x-aa-sig", "?sig=", "hf_", "ms-01234567-", "sk-a-", "eyJaaaaaaaaaaa.", "Bearer a",
            "-----BEGIN ", "credentials: |", "\\\\", "\"", "'", "%22", "[", "\u00e9", "\u4ee4",
            "\u001b[0m", "key\u001b[0m", "api_key=a,", "api_key=[a, ", "api_key={\"value\":", "api_key=a(", "('api_key','a'", "name='api_key' value", "-u ",
                "'-u','a", "curl -u",
            "proxy=a:", "proxy ", "ipmitool ", "mysql -", "docker login ", "%253a%252f%252f", "http:\\/\\/a", "\\u002f", "&quot;", "&lt;password", "api key ",
                "--pass ", "%20", "api_key%20",
            "'pass", "?key=a", "_auth=", "key=&a",
        ];
        foreach (var part in parts)
            Clean(string.Concat(Enumerable.Repeat(part, Redaction.LineChars / part.Length)));
        Gen.Int[0, parts.Length - 1].Select(i => parts[i]).Array[2, 6].Sample(mixed =>
            Clean(string.Concat(Enumerable.Repeat(string.Concat(mixed), 1 + (Redaction.LineChars / 2 / string.Concat(mixed).Length)))), iter: 60, threads: 1);

        static void Clean(string line) => Redaction.Clean(line).ShouldNotContain("could not be searched", customMessage: line[..60]);
    }

    private static IEnumerable<string> Rows() =>
        typeof(RedactionTests).GetMethod(nameof(A_secret_does_not_get_through))!.GetCustomAttributes(typeof(InlineDataAttribute), false)
            .Select(d => (string)((InlineDataAttribute)d).Data[0]!);

    private static string Copied(string text)
    {
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(text));
        using var target = new MemoryStream();
        Redaction.Copy(source, target, long.MaxValue);
        return Encoding.UTF8.GetString(target.ToArray());
    }
}
