using System.Text.Json.Nodes;
using Shouldly;

namespace Agent.EndToEndTests;

public sealed class DemoTests
{
    [Fact]
    public async Task Every_fault_of_the_simulator_has_a_story_of_its_name()
    {
        await using var host = await SimulatedHost.UpAsync();
        var faults = JsonNode.Parse(await host.SimulateAsync("faults", "--output", "json"))!.AsArray().Select(f => (string)f!["name"]!);
        var listed = await host.RunAsync("demo", "--list");
        listed.ExitCode.ShouldBe(0);
        var stories = listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => l.Split(' ')[0]);
        stories.Order(StringComparer.Ordinal).ShouldBe(faults.Order(StringComparer.Ordinal));
    }
}
