using System.IO.Compression;
using System.Text;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>An engine says its secrets aloud when it dies; they stay in its own log.</summary>
public sealed class SecretsOfEnginesTests
{
    private static readonly string[] Secrets =
    [
        "hunter22hunter22", "tokenwithoutuser", "bearer0123456789", "hf_abcdefghijklmnopqrstuvwxyz", "firstkeyoflist", "secondkeyoflist",
            "key-of-the-file-0123", "exchanged-key-9876",
    ];

    private const string Fatal = "(EngineCore_DP0 pid=1) ERROR 11-24 10:00:00 [core.py:842] EngineCore encountered a fatal error: RuntimeError: NPU out of "
        + "memory. Tried to allocate 2.00 GiB, Namespace(api_key=['firstkeyoflist', 'secondkeyoflist']) " +
        "pulled https://me:hunter22hunter22@host/x and https://tokenwithoutuser@host/y with Authorization: Bearer bearer0123456789, HF "
            + "hf_abcdefghijklmnopqrstuvwxyz, file key-of-the-file-0123 then exchanged-key-9876\n";

    [Fact]
    public async Task No_secret_of_a_fatal_line_is_kept_shown_or_sent()
    {
        await using var host = await SimulatedHost.UpAsync(change: yaml => yaml.Replace("    model: /models", "    api_key_file: KEY\n    model: /models",
            StringComparison.Ordinal).Replace("KEY", yaml.Split("state_folder: ")[1].Split('\n')[0] + ".key", StringComparison.Ordinal));
        var key = host.State + ".key";
        await File.WriteAllTextAsync(key, "key-of-the-file-0123\n");
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        host.StartAgent();
        await host.WaitUntilServingAsync();
        // Known from the next second on, for the text of others and for bundles.
        await File.WriteAllTextAsync(key, "exchanged-key-9876\n");
        var log = Directory.EnumerateFiles(Path.Combine(host.State, "engines", "deepseek"), "*.log").Single();
        await File.AppendAllTextAsync(log, Fatal);
        await host.SimulateAsync("fault", "engine-exit");
        var incident = await host.IncidentInStateAsync("resolved", "handed-over");
        await host.UntilAsync("the receivers were told", () => Task.FromResult(host.Receiver.Webhooks.Count >= 2 && host.Receiver.Alerts.Count > 0));

        var places = await PlacesAsync(host);
        places["incidents show"].ShouldContain("[redacted]", customMessage: "the line is what the incident tells");
        foreach (var (place, text) in places)
            Secrets.Where(s => text.Contains(s, StringComparison.Ordinal)).ShouldBeEmpty(place);
        ((string?)incident["summary"]).ShouldNotBeNull();
    }

    private static async Task<Dictionary<string, string>> PlacesAsync(SimulatedHost host)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{host.ListenPort}") };
        Dictionary<string, string> places = new(StringComparer.Ordinal)
        {
            ["bodies of receivers"] = string.Join('\n', host.Receiver.Texts),
            ["/status"] = await http.GetStringAsync(new Uri("/status", UriKind.Relative)),
            ["/metrics"] = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)),
            ["incidents show"] = (await host.RunAsync("incidents", "show", "last")).Output,
            ["report"] = (await host.RunAsync("report", "--format", "markdown")).Output + (await host.RunAsync("report", "--output", "json")).Output,
            ["status"] = (await host.RunAsync("status")).Output,
            ["engine explain"] = (await host.RunAsync("engine", "explain", "deepseek", "--output", "json")).Output,
            ["standard output of the agent"] = host.AgentLog(),
        };
        foreach (var file in Directory.EnumerateFiles(host.State, "npu-agent.db*").Concat(Directory.EnumerateFiles(Path.Combine(host.Folder, "log"))))
            places[file] = Encoding.Latin1.GetString(await ReadSharedAsync(file));
        foreach (var bundle in Directory.EnumerateFiles(Path.Combine(host.State, "bundles"), "*.tar.gz"))
            places[bundle] = Unpacked(bundle);
        places.Keys.ShouldContain(k => k.EndsWith(".tar.gz", StringComparison.Ordinal));
        places.Keys.ShouldContain(k => k.EndsWith("-wal", StringComparison.Ordinal));
        return places;
    }

    private static async Task<byte[]> ReadSharedAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static string Unpacked(string path)
    {
        using var zip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var text = new MemoryStream();
        zip.CopyTo(text);
        return Encoding.Latin1.GetString(text.ToArray());
    }
}
