using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Agent.Commands.Syntax;
using Agent.Configuration;
using Agent.Configuration.Engines;
using Agent.Domain;
using Agent.Engines.Bench;
using Agent.Screens;

namespace Agent.Commands.Engine;

/// <summary>The built-in load probe.</summary>
internal static class EngineBenchCommand
{
    private static readonly TimeSpan CountersLimit = TimeSpan.FromSeconds(5);

    private static readonly Option<int> Concurrency = CommandLineParts.Number("--concurrency", 1, "Requests in flight.", 1, 4096);
    private static readonly Option<int> Requests =
        CommandLineParts.Number("--requests", 100, "Requests that are measured. Quantiles of fewer than 100 say little.", 1, 1_000_000);
    private static readonly Option<int> PromptWords = CommandLineParts.Number("--prompt-words", 128, "Words of each prompt.", 1, 100_000);
    private static readonly Option<int> AnswerTokens = CommandLineParts.Number("--answer-tokens", 128, "Tokens of each answer, exactly.", 1, 100_000);
    private static readonly Option<int> Timeout = CommandLineParts.Number("--timeout", 600, "Seconds that one request may take.", 1, 86_400);
    private static readonly Option<bool> Force = new("--force") { Description = "Also on an engine that serves others: it slows them down." };

    public static Command Create()
    {
        var name = EngineCommand.Name();
        var output = CommandLineParts.Output();
        var command = CommandLineParts.Command(
            "bench",
            "Put an engine under load and measure it: tokens per second, first token, time per token, whole request. The result is kept in the state folder. "
                + "Exit code 3: requests failed; 6: the engine serves others.",
            "engine bench deepseek",
            "engine bench deepseek --concurrency 16 --requests 320 --output json");
        command.Arguments.Add(name);
        foreach (var option in (Option[])[Concurrency, Requests, PromptWords, AnswerTokens, Timeout, Force, output])
            command.Options.Add(option);
        command.SetAction(CommandLineParts.WithEngine(name, (settings, engine, parse, cancellation) =>
            RunAsync(settings, engine, parse, parse.GetValue(output), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(AgentSettings settings, EngineSettings engine, ParseResult parse, OutputFormat format,
        CancellationToken cancellation)
    {
        using var target = await EngineTarget.OfAsync(settings, engine, cancellation);
        var load = await target.Http.CountersAsync(CountersLimit, cancellation);
        if (load.Value is null)
        {
            await Console.Error.WriteLineAsync($"not measured: {load.Problem}");
            return ExitCodes.Failed;
        }

        if (load.Value.HasWork && !parse.GetValue(Force))
        {
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"not measured: {Counted.Text((long)(load.Value.Running ?? 0), "request runs", "requests run")} and "
                + $"{load.Value.Waiting:0} wait on {engine.Name}; drain it first, or give --force"));
            return ExitCodes.Refused;
        }

        var plan = new BenchPlan(parse.GetValue(Concurrency), parse.GetValue(Requests), parse.GetValue(PromptWords), parse.GetValue(AnswerTokens),
            TimeSpan.FromSeconds(parse.GetValue(Timeout)));
        var told = 0;
        var result = await new EngineBench(target.Http, engine.Name, target.Model, TimeProvider.System).RunAsync(plan, Tell, cancellation);
        var file = Keep(settings, result);
        if (format == OutputFormat.Json)
            Console.WriteLine(JsonSerializer.Serialize(result, BenchJson.Readable.BenchResult));
        else
            Print(Screen.Here(), result, file);
        return result.Failed > 0 ? ExitCodes.Faulty : ExitCodes.Ok;

        // Progress is told at every tenth part. Several workers may end at once.
        void Tell(int ended)
        {
            var tenth = ended * 10 / plan.Requests;
            if (Interlocked.Exchange(ref told, tenth) < tenth)
                Console.Error.WriteLine($"{ended} of {Counted.Text(plan.Requests, "request")}");
        }
    }

    /// <summary>A result that cannot be kept is still a result.</summary>
    private static string Keep(AgentSettings settings, BenchResult result)
    {
        try
        {
            return new BenchFiles(settings.StateFolder).Write(result);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"the result is not kept: {refused.Message}");
            return "not kept";
        }
    }

    internal static void Print(Screen screen, BenchResult result, string file)
    {
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"""
            {result.Engine} ({result.Model}, vLLM {result.Version ?? "?"}): {result.Requests} requests, {result.Concurrency} at a time, {result.PromptWords} words in, {result.AnswerTokens} tokens out
            {result.TokensPerSecond:0.0} tokens/s, {result.RequestsPerSecond:0.00} requests/s in {result.DurationSeconds:0.0} s

            """));
        screen.Table(
            ["MILLISECONDS", "MEAN", "P50", "P95", "P99"],
            [Row("first token", result.TimeToFirstToken), Row("per output token", result.TimePerOutputToken),
                Row("between chunks", result.InterTokenLatency), Row("whole request", result.EndToEnd)]);
        if (result.CountedShare is { } share)
            screen.Line(string.Create(CultureInfo.InvariantCulture,
                $"\nof the tokens that the engine counted meanwhile: {share:0.0%}{(share < 0.98 ? " (others were served, too)" : "")}"));
        if (result.Failed > 0)
            screen.Line($"\n{Terminal.Red($"{result.Failed} failed")}: {string.Join("; ", result.Problems)}");
        screen.Line($"\n{file}");
    }

    private static IReadOnlyList<string> Row(string name, BenchTimes times) =>
        [name, .. new[] { times.Mean, times.P50, times.P95, times.P99 }.Select(s => (s * 1000).ToString("0.0", CultureInfo.InvariantCulture))];
}
