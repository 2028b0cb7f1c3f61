using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Agent.Commands.Syntax;
using Agent.Configuration;
using Agent.Configuration.Engines;
using Agent.Engines.Quality;
using Agent.Screens;

namespace Agent.Commands.Engine;

/// <summary>Two engines side by side, for example full precision against INT8: how much a quantization changes.</summary>
internal static class EngineCompareCommand
{
    private static readonly Option<string> KeyFile = CommandLineParts.OfFile("--api-key-file", "API key of engines that are given by address.");
    private static readonly Option<double> Mean =
        CommandLineParts.Decimal("--mean-difference", 0.2, "At most this mean |difference| of log-probabilities.", "LIMIT", 0, 100);
    private static readonly Option<double> Divergence =
        CommandLineParts.Decimal("--divergence", 0.1, "At most this mean KL divergence over the shared likeliest tokens.", "LIMIT", 0, 100);
    private static readonly Option<double> Perplexity =
        CommandLineParts.Decimal("--perplexity-ratio", 1.05, "At most this perplexity of B over that of A, both on A's answers.", "LIMIT", 0, 1000);
    private static readonly Option<double> Top =
        CommandLineParts.Decimal("--top-agreement", 0.93, "At least this share of places with the same likeliest token.", "LIMIT", 0, 1);

    public static Command Create()
    {
        var a = new Argument<string>("A")
        {
            Description = "The engine whose answers are the measure: a name in agent.yaml, or an address.",
            HelpName = "A",
            CompletionSources = { KnownWords.Engines },
        };
        var b = new Argument<string>("B") { Description = "The engine that is compared with it.", HelpName = "B", CompletionSources = { KnownWords.Engines } };
        var output = CommandLineParts.Output();
        var command = CommandLineParts.Command(
            "compare",
            "Compare two running engines token by token on A's answers: full precision against INT8, old build against new. Exit code 0: within the limits; "
                + "3: not.",
            "engine compare deepseek-fp16 deepseek-int8",
            "engine compare deepseek http://10.0.0.7:8000 --output json");
        command.Arguments.Add(a);
        command.Arguments.Add(b);
        foreach (var option in (Option[])[Mean, Divergence, Perplexity, Top, KeyFile, output])
            command.Options.Add(option);
        command.SetAction(CommandLineParts.WithSettings((settings, parse, cancellation) =>
            RunAsync(settings, parse, parse.GetRequiredValue(a), parse.GetRequiredValue(b), parse.GetValue(output), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(AgentSettings settings, ParseResult parse, string nameOfA, string nameOfB, OutputFormat format,
        CancellationToken cancellation)
    {
        var (a, noA) = await EngineTarget.FindAsync(settings, nameOfA, parse.GetValue(KeyFile), cancellation);
        var (b, noB) = await EngineTarget.FindAsync(settings, nameOfB, parse.GetValue(KeyFile), cancellation);
        using (a)
        using (b)
        {
            if (a is null || b is null)
            {
                await Console.Error.WriteLineAsync(a is null ? noA : noB);
                return ExitCodes.NotFound;
            }

            // If the engine section exists, prompts and times come from it.
            var quality = settings.Engines.FirstOrDefault(e => e.Name == nameOfA)?.Quality ?? settings.Engines[0].Quality;
            var answers = await AskAsync(a, quality, [.. quality.Prompts.Select(p => new ExamQuestion(p, null))], cancellation);
            var others = answers.Problem is null ? await AskAsync(b, quality, [.. answers.Answers.Select(r => new ExamQuestion(r.Prompt, r.Greedy.Tokens))],
                cancellation) : answers;
            if (others.Problem is { } problem)
            {
                await Console.Error.WriteLineAsync($"not compared: {problem}");
                return ExitCodes.Failed;
            }

            return Report(parse, a, b, [.. answers.Answers.Select(r => r.AsReference)], others, format);
        }
    }

    private static int Report(ParseResult parse, EngineTarget a, EngineTarget b, IReadOnlyList<ReferenceAnswer> reference, ExamResult others,
        OutputFormat format)
    {
        var figures = QualityFigures.Of(reference, others.Answers);
        IReadOnlyList<string> beyond =
        [
            .. figures.NotANumber > 0 ? [$"{figures.NotANumber} log-probabilities are no numbers"] : Array.Empty<string>(),
            .. QualityJudge.Above("mean |difference| of log-probabilities", figures.MeanDifference, parse.GetValue(Mean)),
            .. QualityJudge.Above("mean KL divergence", figures.Divergence, parse.GetValue(Divergence)),
            .. QualityJudge.Above("perplexity ratio", figures.PerplexityRatio, parse.GetValue(Perplexity)),
            .. QualityJudge.Below("same likeliest token", figures.TopAgreement, parse.GetValue(Top)),
        ];
        if (format == OutputFormat.Json)
            Console.WriteLine(JsonSerializer.Serialize(new ComparisonDocument(a.Name, a.Model, b.Name, b.Model, beyond.Count == 0, beyond, figures),
                EngineDocumentJson.Readable.ComparisonDocument));
        else
            Print(a, b, reference, others.Answers, figures, beyond);
        return beyond.Count == 0 ? ExitCodes.Ok : ExitCodes.Faulty;
    }

    private static void Print(EngineTarget a, EngineTarget b, IReadOnlyList<ReferenceAnswer> reference, IReadOnlyList<ExamAnswer> others,
        QualityFigures figures, IReadOnlyList<string> beyond)
    {
        Console.WriteLine($"A: {a.Name} ({a.Model})\nB: {b.Name} ({b.Model})\n");
        Screen.Here().Table(
            ["PROMPT", "SAME UP TO", "MEAN DIFFERENCE"],
            reference.Zip(others).Select(p => (p.First, p.Second, Own: QualityFigures.Of([p.First], [p.Second]))).Select(p => (IReadOnlyList<string>)
            [
                QualityJudge.Shorten(p.First.Prompt), string.Create(CultureInfo.InvariantCulture, $"{p.Own.PrefixAgreement:0%}"),
                    QualityJudge.Number(p.Own.MeanDifference),
            ]));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            tokens                      {figures.Tokens}
            mean |d logprob|            {figures.MeanDifference:0.####}
            max |d logprob|             {figures.MaxDifference:0.####}
            mean KL (shared top)        {figures.Divergence:0.####}
            perplexity of B / of A      {figures.PerplexityRatio:0.####}
            same likeliest token        {figures.TopAgreement:0.0%}
            greedy prefix agreement     {figures.PrefixAgreement:0.0%}
            """));
        Screen.Here().Line(beyond.Count == 0 ? "\n" + Terminal.Green("within the limits")
            : $"\n{Terminal.Red("beyond the limits")}: {string.Join("; ", beyond)}");
    }

    private static async Task<ExamResult> AskAsync(EngineTarget target, QualitySettings quality, IReadOnlyList<ExamQuestion> questions,
        CancellationToken cancellation)
    {
        var asked = 0;
        return await new QualityExam(target.Http, target.Model, quality.MaxTokens, quality.Timeout).AskAsync(questions, TellAsync, cancellation);

        async Task<string?> TellAsync()
        {
            await Console.Error.WriteLineAsync($"{target.Name}: {++asked} of {questions.Count}");
            return null;
        }
    }
}

/// <param name="Beyond">Limits that were exceeded, in words.</param>
internal sealed record ComparisonDocument(string A, string ModelOfA, string B, string ModelOfB, bool WithinLimits, IReadOnlyList<string> Beyond,
    QualityFigures Figures);
