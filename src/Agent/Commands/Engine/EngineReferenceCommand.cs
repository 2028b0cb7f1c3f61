using System.CommandLine;
using System.Text.Json;
using Agent.Commands.Syntax;
using Agent.Configuration;
using Agent.Configuration.Engines;
using Agent.Engines.Quality;
using Agent.Screens;

namespace Agent.Commands.Engine;

/// <summary>The stored reference of an engine.</summary>
internal static class EngineReferenceCommand
{
    public static Command Create()
    {
        var name = EngineCommand.Name();
        var output = CommandLineParts.Output();
        var command = CommandLineParts.Command("reference", "Show the answers that `engine accept` stored. Exit code 7: there are none.",
            "engine reference deepseek", "engine reference deepseek --output json");
        command.Arguments.Add(name);
        command.Options.Add(output);
        command.SetAction(CommandLineParts.WithEngine(name, (settings, engine, parse, _) => Task.FromResult(Show(settings, engine, parse.GetValue(output)))));
        return command;
    }

    private static int Show(AgentSettings settings, EngineSettings engine, OutputFormat format)
    {
        QualityReference? reference;
        try
        {
            reference = new ReferenceFile(settings.StateFolder, engine.Name).Read();
        }
        catch (InvalidDataException broken)
        {
            Console.Error.WriteLine(broken.Message);
            return ExitCodes.Failed;
        }

        if (reference is null)
        {
            Console.Error.WriteLine($"no reference of {engine.Name}; `npu-agent engine accept {engine.Name}` stores one from the running engine");
            return ExitCodes.NotFound;
        }

        if (format == OutputFormat.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(reference, ReferenceJson.Readable.QualityReference));
            return ExitCodes.Ok;
        }

        Console.WriteLine($"{reference.Model}, vLLM {reference.Version ?? "?"}, fingerprint {reference.Fingerprint ?? "-"}, accepted {reference.At:u}\n");
        Screen.Here().Table(
            ["PROMPT", "TOKENS", "MEAN LOGPROB", "ANSWER"],
            reference.Answers.Select(a => (IReadOnlyList<string>)
            [
                QualityJudge.Shorten(a.Prompt),
                $"{a.Tokens.Count}",
                QualityJudge.Number(a.Tokens.Select(t => t.LogProbability ?? 0).DefaultIfEmpty().Average()),
                QualityJudge.Shorten(a.Text),
            ]));
        return ExitCodes.Ok;
    }
}
