using System.CommandLine;
using Agent.Commands.Syntax;
using Agent.Configuration;
using Agent.Configuration.Engines;
using Agent.Domain;
using Agent.Engines.Quality;

namespace Agent.Commands.Engine;

/// <summary>Stores the present answers of a running engine as the reference for its quality.</summary>
internal static class EngineAcceptCommand
{
    public static Command Create()
    {
        var name = EngineCommand.Name();
        var command = CommandLineParts.Command("accept",
            "Store the answers of a running engine, token by token, as those of the accepted build. The agent compares later answers with them. Exit code 3: "
            + "they are garbage, nothing was stored.", "engine accept deepseek");
        command.Arguments.Add(name);
        command.SetAction(CommandLineParts.WithEngine(name, AcceptAsync));
        return command;
    }

    private static async Task<int> AcceptAsync(AgentSettings settings, EngineSettings engine, ParseResult parse, CancellationToken cancellation)
    {
        using var target = await EngineTarget.OfAsync(settings, engine, cancellation);
        var prompts = engine.Quality.Prompts;
        var exam = new QualityExam(target.Http, target.Model, engine.Quality.MaxTokens, engine.Quality.Timeout);
        var asked = 0;
        var result = await exam.AskAsync([.. prompts.Select(p => new ExamQuestion(p, null))], TellAsync, cancellation);
        if (result is { Problem: { } problem, IsNotANumber: false })
        {
            await Console.Error.WriteLineAsync($"not accepted: {problem}");
            return ExitCodes.Failed;
        }

        if (QualityJudge.Garbage(result, engine.Quality.Limits) is { Count: > 0 } complaints)
        {
            await Console.Error.WriteLineAsync(
                $"not accepted: {string.Join("; ", complaints)}\nIf this model always answers these prompts like that, set others in quality.prompts.");
            return ExitCodes.Faulty;
        }

        var version = await target.Http.VersionAsync(engine.Quality.Timeout, cancellation);
        var reference = new QualityReference(engine.Name, engine.Model, version.Value?.Version, result.Answers[0].Greedy.Fingerprint,
            TimeProvider.System.GetUtcNow(), [.. result.Answers.Select(a => a.AsReference)]);
        var file = new ReferenceFile(settings.StateFolder, engine.Name);
        try
        {
            file.Write(reference);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{file.Path} cannot be written: {refused.Message}");
            return ExitCodes.Failed;
        }

        Console.WriteLine($"accepted: {Counted.Text(reference.Answers.Count, "answer")}, "
            + $"{Counted.Text(reference.Answers.Sum(a => a.Tokens.Count), "token")} of {reference.Model} with vLLM "
            + $"{reference.Version ?? "of unknown version"}\n{file.Path}");
        return ExitCodes.Ok;

        async Task<string?> TellAsync()
        {
            await Console.Error.WriteLineAsync($"{++asked} of {prompts.Count}: {QualityJudge.Shorten(prompts[asked - 1])}");
            return null;
        }
    }
}
