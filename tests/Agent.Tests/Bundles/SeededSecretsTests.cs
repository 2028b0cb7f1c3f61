using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Agent.Bundles;
using Agent.ForeignText;

namespace Agent.Tests.Bundles;

/// <summary>The whole way: a folder of logs with every kind of secret, in every shape of file, through a bundle.</summary>
public sealed class SeededSecretsTests : IDisposable
{
    private const string Configured = "a-webhook-secret-of-the-configuration";

    // Every line has one part that must not come through.
    private static readonly (string Line, string Secret)[] Seeds =
    [
        ("POST https://oapi.dingtalk.com/robot/send?access_token={0}", "d1d2d3d4d5d6d7d8"),
        ("POST https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={0}", "e1e2e3e4-e5e6"),
        ("POST https://open.feishu.cn/open-apis/bot/v2/hook/{0}", "f1f2f3f4-f5f6"),
        ("sign SEC{0}", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"),
        ("Authorization: Bearer {0}", "bearer0123456789"),
        ("api_key={0}", "apikey0123456789"),
        ("token: {0}", "token0123456789"),
        ("passwd = {0}", "passwd0123456789"),
        ("client_secret={0}", "secret0123456789"),
        ("pulling https://robot:{0}@registry.example/v2", "userinfo0123456789"),
        ("HF hf_{0}", "abcdefghijklmnopqrstuvwxyz"),
        ("key sk-{0}", "zyxwvutsrqponmlkjihgfedcba"),
        ("-----BEGIN PRIVATE KEY-----\n{0}\n-----END PRIVATE KEY-----", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"),
        ("the value {0} by itself", Configured),
    ];

    private readonly EvidenceScene _scene = new();

    [Fact]
    public async Task A_bundle_over_a_folder_of_seeded_secrets_holds_none_of_them()
    {
        var lines = Seeds.Select(s => string.Format(System.Globalization.CultureInfo.InvariantCulture, s.Line, s.Secret)).ToList();
        var text = string.Join('\n', lines) + "\n";
        _scene.Write("log/ascend_seclog/plain.log", text);
        _scene.Write("log/ascend_seclog/windows.log", text.Replace("\n", "\r\n", StringComparison.Ordinal));
        _scene.Write("log/ascend_seclog/in-json.log",
            string.Join('\n', lines.Select(l => "{\"message\":\"" + l.Replace("\n", "\\n", StringComparison.Ordinal) + "\",\"n\":1}")));
        _scene.Write("log/ascend_seclog/one-long-line.log",
            string.Join(new string('x', 70_000) + " ", lines.Where(l => !l.Contains('\n', StringComparison.Ordinal))));
        _scene.Write("log/ascend_seclog/among-bytes.bin", "\0\u0001\0" + text.Replace("\n", "\n\0\u0002", StringComparison.Ordinal));
        _scene.Write("log/ascend_seclog/whole.log", string.Concat(Enumerable.Repeat("noise of a log\n", 20_000)) + text);
        _scene.Started(Story.Start, text);
        _scene.Process(4711, "vllm", $"vllm serve --api-key {Seeds[5].Secret}");
        IBundleSource[] sources = [new HostLogSource([$"{_scene.Folder}/log/ascend_seclog"]), new EngineLogSource([EngineTrace.Of(_scene.Engine)], 1 << 20),
            new ProcessTreeSource(_scene.Processes, [_scene.Engine])];

        var settings = _scene.Settings.Bundles;
        var staging = new BundleStaging(settings, "a", full: true);
        var bundle = new Bundle(settings, staging, [], _ => sources, new Redaction([Configured]), "host1", "a", full: true, TimeProvider.System);
        var (path, manifest) = await bundle.WriteAsync(_ => { }, CancellationToken.None);

        manifest.Sources.SelectMany(s => s.Problems).ShouldBeEmpty();
        manifest.Entries.Count.ShouldBe(6 + 2 + 2);
        var holding =
            from file in Files(path)
            from seed in Seeds
            where file.Text.Contains(seed.Secret, StringComparison.Ordinal)
            select $"{file.Name}: {seed.Line}";
        holding.ShouldBeEmpty();
        Files(path).Single(f => f.Name.EndsWith("whole.log", StringComparison.Ordinal)).Text.ShouldStartWith("noise of a log\n");
    }

    public void Dispose() => _scene.Dispose();

    private static List<(string Name, string Text)> Files(string path)
    {
        using var zip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var tar = new TarReader(zip);
        List<(string, string)> files = [];
        while (tar.GetNextEntry(copyData: true) is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            files.Add((entry.Name, Encoding.Latin1.GetString(content.ToArray())));
        }

        return files;
    }
}
