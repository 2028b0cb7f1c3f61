using System.Diagnostics;
using System.Globalization;
using Shouldly;

namespace Agent.EndToEndTests;

public sealed class EngineLogFloodTests
{
    private const long Mebibyte = 1024 * 1024;

    [Fact]
    public async Task A_log_without_an_end_is_told_once_and_bounded_while_the_engine_serves_on()
    {
        await using var host = await SimulatedHost.ServingAsync(
            change: yaml => yaml.Replace("stall: {", "log: { part_size: 1MiB, parts: 64, flood_after: 6s }\n    stall: {", StringComparison.Ordinal), chips: 2);
        await host.SimulateAsync("fault", "log-flood");
        var incident = await host.IncidentOfAsync("engine-log-flood", "confirmed");
        var summary = (string)incident["summary"]!;
        summary.ShouldContain("64 MiB are kept, the last ");
        summary.ShouldContain("out of the vocabulary, clamped");

        await host.UntilAsync("more was printed than is kept", () => Task.FromResult(Logs(host).Sum(LengthOf) > 160 * Mebibyte));
        // Two looks' worth may be there beside what is kept.
        (await DiskBytesAsync(host)).ShouldBeLessThan(100 * Mebibyte);
        (await host.EngineAnswersAsync()).ShouldBeTrue();
        host.Calls().Count(c => c.StartsWith("vllm serve", StringComparison.Ordinal)).ShouldBe(1);

        await host.KillAgentAsync();
        host.StartAgent();
        await host.WaitUntilServingAsync();
        await host.SimulateAsync("heal");
        ((string?)(await host.IncidentOfAsync("engine-log-flood", "resolved"))["id"]).ShouldBe((string?)incident["id"]);
        (await host.IncidentsAsync()).Count(i => (string?)i["fault"] == "engine-log-flood").ShouldBe(1);
        host.Calls().Count(c => c.StartsWith("vllm serve", StringComparison.Ordinal)).ShouldBe(1);
        (await DiskBytesAsync(host)).ShouldBeLessThan(100 * Mebibyte);
    }

    private static FileInfo[] Logs(SimulatedHost host) => new DirectoryInfo(Path.Combine(host.State, "engines", "deepseek")).GetFiles("*.log*");

    /// <summary>A part that is being written changes its name when it is whole.</summary>
    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    private static async Task<long> DiskBytesAsync(SimulatedHost host)
    {
        using var du = Process.Start(new ProcessStartInfo("du", ["-sk", Path.Combine(host.State, "engines")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true
        })!;
        var told = await du.StandardOutput.ReadToEndAsync();
        await du.WaitForExitAsync();
        return 1024 * long.Parse(told.Split('\t')[0], CultureInfo.InvariantCulture);
    }
}
