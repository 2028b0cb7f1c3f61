using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>
/// What every fault has to show: the right name, the right rungs, one incident, evidence before destruction, notifications
/// once, and an engine that serves again unless a person has to act.
/// </summary>
internal static class FaultCase
{
    public static async Task RecoversAsync(string profile, string[] faults, string code, params string[] rungs)
    {
        await using var host = await SimulatedHost.ServingAsync(profile, chips: 4);
        await BreakAsync(host, faults);
        var incident = await host.IncidentInStateAsync("resolved", "handed-over");

        ShouldBe(incident, code, "resolved", rungs);
        await OnlyOneAsync(host);
        TimelineShouldBeComplete(incident);
        EvidenceShouldComeFirst(host, incident);
        (await host.EngineAnswersAsync()).ShouldBeTrue("the engine serves again");
        await ToldOnceAsync(host, incident, "confirmed", "resolved");
    }

    public static Task IsHandedOverAsync(string profile, string[] faults, string code, params string[] rungs) =>
        IsHandedOverAsync(profile, faults, code, "", rungs);

    /// <param name="fault">What is broken.</param>
    /// <param name="code">What the agent has to call it.</param>
    /// <param name="says">What a person must be able to read in the history of the incident.</param>
    /// <param name="rungs">What the agent tries before.</param>
    public static Task StartIsHandedOverAsync(string fault, string code, string says, params string[] rungs) =>
        IsHandedOverAsync("guide", [fault], code, says, rungs);

    private static async Task IsHandedOverAsync(string profile, string[] faults, string code, string says, string[] rungs)
    {
        await using var host = await SimulatedHost.ServingAsync(profile, chips: 4);
        await BreakAsync(host, faults);
        var incident = await host.IncidentInStateAsync("handed-over", "resolved");

        ShouldBe(incident, code, "handed-over", rungs);
        await OnlyOneAsync(host);
        EvidenceShouldComeFirst(host, incident);
        ((string?)incident["reason"]).ShouldNotBeNullOrEmpty();
        string.Join('\n', incident["timeline"]!.AsArray().Select(e => (string?)e!["text"])).ShouldContain(says);
        await ToldOnceAsync(host, incident, "confirmed", "handed-over");
    }

    /// <summary>Recorded and told; nothing is touched, and the engine serves all the while.</summary>
    /// <param name="fault">What is broken.</param>
    /// <param name="code">What the agent has to call it.</param>
    /// <param name="probe">A probe that tests switch on for what it sees, and that has to have looked before.</param>
    public static async Task IsNotedAsync(string fault, string code, string? probe = null)
    {
        await using var host = await SimulatedHost.ServingAsync(
            change: yaml => probe is null ? yaml : yaml.Replace($"{probe}: {{ enabled: false,", $"{probe}: {{", StringComparison.Ordinal),
            // Such a probe asks each chip several questions, and each is a program to start.
            chips: probe is null ? 4 : 2);
        if (probe is not null)
            await host.UntilAsync($"{probe} has looked", async () => (await host.StatusAsync())["observations"]!.AsArray()
                .Any(o => (string?)o!["probe"] == probe && (string?)o["verdict"] == "healthy"));
        await BreakAsync(host, [fault]);
        var incident = await host.IncidentInStateAsync("confirmed");

        ShouldBe(incident, code, "confirmed");
        ((string?)(await host.StatusAsync())["engines"]![0]!["stage"]).ShouldBe("serving");
        host.Calls().ShouldNotContain(c => c.StartsWith("systemctl", StringComparison.Ordinal) && c.Contains("restart", StringComparison.Ordinal));
        host.Calls().ShouldNotContain(c => c.Contains("set -t reset", StringComparison.Ordinal));
        host.Calls().Count(c => c.StartsWith("vllm serve", StringComparison.Ordinal)).ShouldBe(1, "the engine was not started again");
        await ToldOnceAsync(host, incident, "confirmed");
        if (fault == "slow")
            return;

        await host.SimulateAsync("heal");
        ShouldBe(await host.IncidentInStateAsync("resolved"), code, "resolved");
    }

    private static async Task BreakAsync(SimulatedHost host, string[] faults)
    {
        foreach (var fault in faults)
            await host.SimulateAsync("fault", fault);
    }

    private static void ShouldBe(JsonNode incident, string code, string state, params string[] rungs)
    {
        var story = string.Join('\n', incident["timeline"]!.AsArray().Select(e => (string?)e!["text"]));
        ((string?)incident["fault"]).ShouldBe(code, story);
        ((string?)incident["state"]).ShouldBe(state, story);
        incident["attempts"]!.AsArray().Select(a => (string?)a).ShouldBe(rungs, story);
    }

    private static async Task OnlyOneAsync(SimulatedHost host) =>
        (await host.IncidentsAsync()).Where(i => i["confirmed_at"] is not null).Select(i => (string?)i["fault"]).Count().ShouldBe(1);

    private static void TimelineShouldBeComplete(JsonNode incident)
    {
        var kinds = incident["timeline"]!.AsArray().Select(e => (string)e!["kind"]!).ToList();
        kinds[0].ShouldBe("suspected");
        kinds[^1].ShouldBe("resolved");
        foreach (var kind in (string[])["confirmed", "recovery-planned", "evidence-secured", "recovery-ended"])
            kinds.ShouldContain(kind);
        kinds.Count(k => k == "step-started").ShouldBe(kinds.Count(k => k == "step-ended"));
        var times = incident["timeline"]!.AsArray().Select(e => (DateTimeOffset)e!["at"]!).ToList();
        times.Skip(2).ShouldBeInOrder();
    }

    private static void EvidenceShouldComeFirst(SimulatedHost host, JsonNode incident)
    {
        var calls = host.Calls().ToList();
        var destroys = calls.FindIndex(c => c.Contains("set -t reset", StringComparison.Ordinal)
            || (c.StartsWith("systemctl", StringComparison.Ordinal) && c.Contains("restart", StringComparison.Ordinal)));
        var collects = calls.FindIndex(c => c.StartsWith("ascend-dlog", StringComparison.Ordinal) || c.StartsWith("msnpureport", StringComparison.Ordinal));
        if (destroys >= 0)
            collects.ShouldBeInRange(0, destroys - 1, "device logs are collected before a reset or driver restart wipes them\n"
                + string.Join('\n', incident["timeline"]!.AsArray().Select(e => (string)e!["text"]!)));

        var bundles = incident["bundles"]!.AsArray().Select(b => (string)b!).ToList();
        if (incident["attempts"]!.AsArray().Count > 0)
            bundles.ShouldNotBeEmpty();
        for (var i = 0; i < bundles.Count; i++)
            ShouldBeWhole(bundles[i], withDeviceLogs: i == 0 && destroys >= 0 && bundles[i].Contains("-full-", StringComparison.Ordinal));
    }

    /// <summary>The manifest names every file with its hash, and every hash is right.</summary>
    private static void ShouldBeWhole(string path, bool withDeviceLogs)
    {
        Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
        using (var zip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress))
        using (var tar = new TarReader(zip))
        {
            while (tar.GetNextEntry(copyData: true) is { } entry)
            {
                using var data = new MemoryStream();
                entry.DataStream?.CopyTo(data);
                files[entry.Name] = data.ToArray();
            }
        }

        var manifest = JsonNode.Parse(files["npu-agent/manifest.json"])!;
        var entries = manifest["entries"]!.AsArray();
        entries.Count.ShouldBe(files.Count - 1);
        foreach (var entry in entries)
            Convert.ToHexStringLower(SHA256.HashData(files[(string)entry!["path"]!])).ShouldBe((string?)entry["sha256"]);
        foreach (var expected in (string[])["npu-agent/processes/ps.txt", "pymotor_vllm_log/vllm-engine-deepseek.log", "worker-0.log",
            "environment_check/npu_info_after.txt", "npu-agent/agent.yaml"])
            files.Keys.ShouldContain(expected);
        if (withDeviceLogs)
            files.Where(f => f.Key.StartsWith("device_log/slog/", StringComparison.Ordinal) && f.Key.Contains("device-os", StringComparison.Ordinal))
                .ShouldContain(f => f.Value.Length > 1000, "device logs with contents");
    }

    private static async Task ToldOnceAsync(SimulatedHost host, JsonNode incident, params string[] kinds)
    {
        await host.UntilAsync($"the webhook was told {string.Join(" and ", kinds)}", () => Task.FromResult(host.Receiver.Webhooks.Count >= kinds.Length));
        host.Receiver.Webhooks.Select(w => w.Id).ShouldBe(kinds.Select(k => $"{(string?)incident["id"]}/{k}"));
        host.Receiver.Webhooks.Select(w => (string?)w.Body["type"]).ShouldBe(kinds.Select(k => "incident." + k));

        await host.UntilAsync("the Alertmanager was told",
            () => Task.FromResult(host.Receiver.Alerts.Any(a => (string?)a["labels"]!["fault"] == (string?)incident["fault"])));
        if (kinds.Contains("resolved"))
        {
            await host.UntilAsync(
                "the alert has ended",
                () => Task.FromResult(host.Receiver.Alerts.Any(a => (string?)a["labels"]!["fault"] == (string?)incident["fault"]
                    && (DateTimeOffset)a["endsAt"]! <= TimeProvider.System.GetUtcNow())));
        }
    }
}
