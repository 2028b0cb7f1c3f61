using System.Text;
using Agent.Bundles;
using CsCheck;

namespace Agent.Tests.Bundles;

public sealed class RedactionTests
{
    private const string Seeded = "s3cret-of-the-configuration";

    private static readonly Redaction Redaction = new([Seeded + "\n"]);

    [Theory]
    [InlineData("Authorization: Bearer abcdef0123456789", "abcdef0123456789")]
    [InlineData("{\"authorization\": \"Basic dXNlcjpwYXNz\"}", "dXNlcjpwYXNz")]
    [InlineData("vllm serve /m --api-key topsecretkey --port 8000", "topsecretkey")]
    [InlineData("export VLLM_API_KEY=topsecretkey", "topsecretkey")]
    [InlineData("password = 'hunter22'", "hunter22")]
    [InlineData("HF_TOKEN hf_abcdefghijklmnopqrstuvwx", "hf_abcdefghijklmnopqrstuvwx")]
    [InlineData("https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef", "0123456789abcdef")]
    [InlineData("https://open.feishu.cn/open-apis/bot/v2/hook/aaaa-bbbb", "aaaa-bbbb")]
    [InlineData("smtp://mailer:pa55@mail.example:25", "pa55")]
    [InlineData("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4", "SflKxwRJSMeKKF2QT4")]
    [InlineData("the value s3cret-of-the-configuration in a sentence", Seeded)]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----", "MIIEpAIBAAKCAQEA")]
    public void A_secret_does_not_get_through(string text, string secret)
    {
        Copied(text).ShouldNotContain(secret);
        Redaction.Clean(text).ShouldNotContain(secret);
    }

    [Theory]
    [InlineData("INFO 03-01 [loggers.py:123] Engine 000: Avg prompt throughput: 12.5 tokens/s")]
    [InlineData("tokens: 4096, max_tokens=128, token counters")]
    [InlineData("Error code 507018: aicpu exception，设备异常")]
    public void What_is_no_secret_stays_as_it_is(string text) => Copied(text).ShouldBe(text);

    [Fact]
    public void A_configured_secret_goes_wherever_it_stands_in_a_line_of_any_length() =>
        Gen.Select(Gen.Int[0, 200_000], Gen.Int[0, 200_000]).Sample(
            (before, after) => Copied(new string('x', before) + Seeded + new string('y', after)).ShouldNotContain(Seeded),
            iter: 100);

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

    private static string Copied(string text)
    {
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(text));
        using var target = new MemoryStream();
        Redaction.Copy(source, target, long.MaxValue);
        return Encoding.UTF8.GetString(target.ToArray());
    }
}
