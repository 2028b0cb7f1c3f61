using System.CommandLine;
using System.Text.Json;
using Agent.Configuration;
using Agent.Engines;

namespace Agent.Commands;

/// <summary>What an engine is made of, without a daemon.</summary>
internal static class EngineExplainCommand
{
    public static Command Create()
    {
        var name = EngineCommand.Name();
        var commandLine = new Option<bool>("--command") { Description = "The command line and environment that the engine section becomes, and what became of each setting.", Required = true };
        var output = CommandLineParts.Output();
        var command = CommandLineParts.Command("explain", "Explain an engine. Needs no running agent and touches nothing.", "engine explain deepseek --command", "engine explain deepseek --command --output json");
        command.Arguments.Add(name);
        command.Options.Add(commandLine);
        command.Options.Add(output);
        command.SetAction(CommandLineParts.WithEngine(name, (settings, engine, parse, cancellation) => CommandLineAsync(settings, engine, parse.GetValue(output), cancellation)));
        return command;
    }

    private static async Task<int> CommandLineAsync(AgentSettings settings, EngineSettings engine, OutputFormat format, CancellationToken cancellation)
    {
        var parts = Composition.Parts(settings, keeps: false, TimeProvider.System);
        var document = EngineCommandDocument.Of(engine, await LogicIds.OfAsync(parts.NpuSmi, engine, cancellation), settings.StateFolder);
        if (format == OutputFormat.Json)
            Console.WriteLine(JsonSerializer.Serialize(document, EngineDocumentJson.Readable.EngineCommandDocument));
        else
            Print(document);
        return ExitCodes.Ok;
    }

    private static void Print(EngineCommandDocument document)
    {
        foreach (var (variable, value) in document.Environment)
            Console.WriteLine($"{variable}={value}");
        Console.WriteLine($"{document.CommandLine}\n");
        Console.Write(Terminal.Table(
            ["SETTING", "YOU WROTE", "BECOMES", "EFFECTIVE", "NOTE"],
            document.Settings.Select(s => (IReadOnlyList<string>)[s.Key, s.Written, s.Becomes, s.Effective, s.Note ?? ""])));
        // Those of the table are said there.
        var more = document.Notes.Where(n => !document.Settings.Any(s => s.Note is not null && n.StartsWith(s.Key + ": ", StringComparison.Ordinal))).ToList();
        if (more.Count > 0)
            Console.WriteLine("\nNotes:\n  " + string.Join("\n  ", more));
    }
}
