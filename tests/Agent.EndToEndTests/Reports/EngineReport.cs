using System.Text.Json.Nodes;
using Shouldly;

namespace Agent.EndToEndTests.Reports;

/// <summary>An agent whose engine plays a report, from the start to what the agent makes of its end.</summary>
internal static class EngineReport
{
    private const double Pace = 20;

    // True of settings alone, and of an engine that never served.
    private static readonly string[] UntrueOfAnEngineThatServed = ["at every start", "refuses its settings"];

    public static async Task IsReadAsync(PlayedEngine played, Reading reading)
    {
        await using var host = await UpAsync();
        await played.PutOnAsync(host);
        host.StartAgent();
        await EndsAndIsReadAsync(host, played, reading);
    }

    /// <summary>Of an agent that was just started.</summary>
    public static async Task EndsAndIsReadAsync(SimulatedHost host, PlayedEngine played, Reading reading)
    {
        if (played.Serves)
            await ServeAsync(host, played);
        var first = await OfEngineAsync(host, 0, Reading.Resolved, Reading.HandedOver);
        if (!played.ComesAgain)
        {
            await ShouldBeReadAsync(host, first, played, reading, starts: 1 + reading.Rungs.Length);
            return;
        }

        await ShouldBeReadAsync(host, first, played, reading with { State = Reading.Resolved, Rungs = ["engine"] }, starts: 2);
        await host.SimulateAsync("play", "then");
        var again = await OfEngineAsync(host, 1, Reading.Resolved, Reading.HandedOver);
        await ShouldBeReadAsync(host, again, played, reading, starts: 2);
    }

    /// <summary>The options in the played lines are those of another command line than this host's.</summary>
    public static async Task<SimulatedHost> UpAsync(int mostSecondsOfAStage = 30)
    {
        var host = await SimulatedHost.UpAsync(pace: Pace, chips: 2);
        Change(host, yaml => yaml
            .Replace("engine-drift: { interval", "engine-drift: { enabled: false, interval", StringComparison.Ordinal)
            .Replace("stage_timeout: 8s", $"stage_timeout: {mostSecondsOfAStage}s", StringComparison.Ordinal));
        return host;
    }

    public static void Change(SimulatedHost host, Func<string, string> change) => File.WriteAllText(host.Config, change(File.ReadAllText(host.Config)));

    /// <summary>The confirmed incident of the engine that comes after so many others, once it is in a state.</summary>
    public static async Task<JsonNode> OfEngineAsync(SimulatedHost host, int earlier, params string[] states)
    {
        JsonNode? found = null;
        await host.UntilAsync($"the engine's incident {earlier + 1} is {string.Join(" or ", states)}", async () =>
        {
            var confirmed = (await ConfirmedAsync(host)).Where(i => ((string)i["subject"]!).StartsWith("engine:", StringComparison.Ordinal));
            found = confirmed.OrderBy(i => (DateTimeOffset)i["suspected_at"]!).Skip(earlier).FirstOrDefault(i => states.Contains((string?)i["state"]));
            return found is not null;
        });
        return found!;
    }

    public static async Task<IEnumerable<JsonNode>> ConfirmedAsync(SimulatedHost host) =>
        (await host.IncidentsAsync()).Where(i => i["confirmed_at"] is not null);

    /// <summary>All that a person can read of it.</summary>
    public static async Task<string> StoryAsync(SimulatedHost host, JsonNode incident) =>
        (await host.RunAsync("incidents", "show", (string)incident["id"]!)).Output + "\n" + Text(incident);

    public static int Starts(SimulatedHost host) => host.Calls().Count(c => c.StartsWith("vllm serve", StringComparison.Ordinal));

    private static async Task ServeAsync(SimulatedHost host, PlayedEngine played)
    {
        await host.WaitUntilServingAsync();
        if (played.Mid is not null)
        {
            await host.SimulateAsync("play", "mid");
            await LookedAtAsync(host, TimeProvider.System.GetUtcNow());
            (await ConfirmedAsync(host)).Select(Text).ShouldBeEmpty("what a client asked wrongly, and a warning, is no fault");
            (await host.EngineAnswersAsync()).ShouldBeTrue("it serves on");
            Starts(host).ShouldBe(1);
        }

        await host.SimulateAsync("play", "then");
    }

    /// <summary>Its log was read, and a canary was right, after this moment.</summary>
    private static Task LookedAtAsync(SimulatedHost host, DateTimeOffset since) => host.UntilAsync("log and canary were looked at", async () =>
    {
        var seen = (await host.StatusAsync())["observations"]!.AsArray().Where(o => (DateTimeOffset)o!["at"]! > since).ToList();
        return seen.Any(o => (string?)o!["probe"] == "engine-log")
            && seen.Any(o => (string?)o!["probe"] == "engine-canary" && (string?)o["verdict"] == "healthy");
    });

    private static async Task ShouldBeReadAsync(SimulatedHost host, JsonNode incident, PlayedEngine played, Reading reading, int starts)
    {
        var story = await StoryAsync(host, incident);
        ((string?)incident["state"]).ShouldBe(reading.State, story);
        if (reading.Faults.Length > 0)
            reading.Faults.ShouldContain((string)incident["fault"]!, story);
        incident["attempts"]!.AsArray().Select(a => (string?)a).ShouldBe(reading.Rungs, story);
        Starts(host).ShouldBe(starts, story);
        foreach (var words in reading.Says)
            story.ShouldContain(words, Case.Sensitive, story);
        foreach (var words in (string[])[.. reading.NeverSays, .. played.Serves ? UntrueOfAnEngineThatServed : []])
            story.ShouldNotContain(words, Case.Insensitive, $"untrue: {words}\n{story}");
        if (reading.State == Reading.Resolved)
            (await host.EngineAnswersAsync()).ShouldBeTrue("the engine serves again");
    }

    private static string Text(JsonNode incident) => string.Join('\n', [
        .. ((string[])["fault", "title", "summary", "reason", "person_should"]).Select(k => (string?)incident[k] ?? ""),
        .. incident["evidence"]!.AsArray().Select(e => (string?)e ?? ""),
        .. incident["timeline"]!.AsArray().Select(e => (string?)e!["text"] ?? "")]);
}
