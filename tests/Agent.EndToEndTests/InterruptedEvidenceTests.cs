using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>What an agent secured before a reset or a driver restart outlives the agent.</summary>
public sealed class InterruptedEvidenceTests
{
    [Theory]
    [InlineData("chip-alarm", "begin stop-engine")]
    [InlineData("chips-unavailable", "begin restart-driver")]
    public async Task Device_logs_of_before_are_in_the_one_bundle_when_the_agent_is_killed_before_it_was_complete(string fault, string said)
    {
        await using var host = await SimulatedHost.ServingAsync(pace: 1, chips: 2);
        await host.SimulateAsync("fault", fault);
        await host.UntilAsync(said, () => Task.FromResult(host.AgentLog().Contains(said, StringComparison.Ordinal)));
        await host.KillAgentAsync();
        host.StartAgent();

        // Beside it a slow host may tell that npu-smi says nothing of use meanwhile.
        JsonNode? recovered = null;
        await host.UntilAsync("what was recovered has ended", async () =>
        {
            recovered = (await host.IncidentsAsync()).FirstOrDefault(HasEnded);
            return recovered is not null;
        });
        var incident = recovered!;
        incident["timeline"]!.AsArray().Select(e => (string?)e!["kind"]).ShouldContain("interrupted");
        var bundle = (string?)incident["bundles"]!.AsArray().ShouldHaveSingleItem();
        bundle!.ShouldContain("-full-");
        var (manifest, deviceLogs) = Read(bundle!);
        deviceLogs.ShouldBeGreaterThan(1000);
        manifest["taken_up"]!.AsArray().ShouldHaveSingleItem();
        Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(bundle!)!).ShouldBe([bundle]);
    }

    private static bool HasEnded(JsonNode incident) => incident["attempts"]!.AsArray().Count > 0 && (string?)incident["state"] is "resolved" or "handed-over";

    private static (JsonNode Manifest, long DeviceLogs) Read(string path)
    {
        using var zip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var tar = new TarReader(zip);
        JsonNode? manifest = null;
        long bytes = 0;
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name == "npu-agent/manifest.json")
                manifest = JsonNode.Parse(entry.DataStream!);
            else if (entry.Name.StartsWith("device_log/", StringComparison.Ordinal))
                bytes += entry.Length;
        }

        return (manifest!, bytes);
    }
}
