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
    [InlineData("https://oapi.dingtalk.com/robot/send?access_token=abcd", "abcd")]
    [InlineData("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4", "693a91f6-7xxx-4bc4")]
    [InlineData("https://open.larksuite.com/open-apis/bot/v2/hook/0f0f-1e1e", "0f0f-1e1e")]
    [InlineData("https://hooks.slack.com/services/T000/B000/XXXX", "T000/B000/XXXX")]
    [InlineData("https://api.telegram.org/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendMessage", "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw")]
    [InlineData("sign with SEC0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.", "0123456789abcdef0123456789abcdef")]
    [InlineData("X-Auth-Token: MIIFvwYJKoZIhvcNAQcC", "MIIFvwYJKoZIhvcNAQcC")]
    [InlineData("Cookie: session=0123456789", "0123456789")]
    [InlineData("secret_key: wJalrXUtnFEMI", "wJalrXUtnFEMI")]
    [InlineData("aws_secret_access_key = wJalrXUtnFEMI", "wJalrXUtnFEMI")]
    [InlineData("{\"access_key_id\":\"HPUAABBCCDD\"}", "HPUAABBCCDD")]
    [InlineData("ak=QWERTYUIOPASDFGHJKLZ sk=qwertyuiopasdfghjklzxcvbnmqwertyuiopasdf", "qwertyuiopasdfghjklzxcvbnm")]
    [InlineData("passwd: hunter22", "hunter22")]
    [InlineData("9 tokens/s, TOKEN\t :\t hunter22", "hunter22")]
    [InlineData("keys, key-token'='hunter22'", "hunter22")]
    [InlineData("secret_access_key_id  =hunter22", "hunter22")]
    [InlineData("max_tokens=64 --hf-token\thunter22", "hunter22")]
    [InlineData("curl -u admin:hunter22 https://bmc/redfish", "hunter22")]
    [InlineData("OPENAI sk-proj0123456789abcdefghij", "proj0123456789abcdefghij")]
    [InlineData("LTAI4FoobarFoobar12", "FoobarFoobar12")]
    [InlineData("ghp_0123456789abcdefghijABCDEFGHIJ012345", "0123456789abcdefghijABCDEFGHIJ")]
    [InlineData("http://proxyuser:proxypa55@proxy.example:3128/", "proxypa55")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\\nb3BlbnNzaC1rZXk\\n-----END OPENSSH PRIVATE KEY-----", "b3BlbnNzaC1rZXk")]
    [InlineData("the value s3cret-of-the-configuration in a sentence", Seeded)]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----", "MIIEpAIBAAKCAQEA")]
    public void A_secret_does_not_get_through(string text, string secret)
    {
        Copied(text).ShouldNotContain(secret);
        Redaction.Clean(text).ShouldNotContain(secret);
    }

    [Theory]
    [InlineData("INFO 03-01 [loggers.py:123] Engine 000: Avg prompt throughput: 12.5 tokens/s")]
    [InlineData("[ERROR] RUNTIME(4711,python):2026-03-01-03:00:00.000.001 [task_info.cc:1]4711 ReportErrorInfo: task_id=7, retCode=0x715002a")]
    [InlineData("token_ids: [1, 2, 3], kv_cache_key=block-17, mask: 0x7ffe, risk: low")]
    [InlineData("tokens: 4096, max_tokens=128, token counters")]
    [InlineData("Error code 507018: aicpu exception，设备异常")]
    public void What_is_no_secret_stays_as_it_is(string text) => Copied(text).ShouldBe(text);

    [Fact]
    public void A_configured_secret_goes_wherever_it_stands_in_a_line_of_any_length() =>
        Gen.Select(Gen.Int[0, 200_000], Gen.Int[0, 200_000]).Sample(
            (before, after) => Copied(new string('x', before) + Seeded + new string('y', after)).ShouldNotContain(Seeded),
            iter: 100);

    [Fact]
    public void A_line_is_only_let_through_unsearched_when_nothing_in_it_may_have_to_go() =>
        typeof(RedactionTests).GetMethod(nameof(A_secret_does_not_get_through))!.GetCustomAttributes(typeof(InlineDataAttribute), false)
            .Select(d => (string)((InlineDataAttribute)d).Data[0]!)
            .ShouldAllBe(text => Redaction.CleanLines(text + "\n") == 0);

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

    private static string Copied(string text)
    {
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(text));
        using var target = new MemoryStream();
        Redaction.Copy(source, target, long.MaxValue);
        return Encoding.UTF8.GetString(target.ToArray());
    }
}
