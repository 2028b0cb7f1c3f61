using System.CommandLine;
using System.Text.Json;
using Agent.Commands.Syntax;
using Agent.Configuration;
using Agent.Configuration.Engines;
using Agent.ForeignText;
using Agent.Screens;

namespace Agent.Commands.Engine;

/// <summary>Shows the state of an engine by the daemon's newest verdict. Without a daemon it shows how the engine would be started.</summary>
internal static class EngineExplainCommand
{
    public static Command Create()
    {
        var name = EngineCommand.Name();
        var commandLine = new Option<bool>(
            "--command")
        {
            Description = "The command line and environment that the engine section becomes, and what became of each setting; needs no "
            + "running agent."
        };
        var output = CommandLineParts.Output();
        var command = CommandLineParts.Command("explain",
            "Tell the state of an engine, the rule that decided, and each sign with its age. Exit code 3 when it is faulty, 4 when no agent runs, 5 when it "
            + "cannot be told yet, 7 when there is no such engine.", "engine explain deepseek", "engine explain deepseek --output json",
            "engine explain deepseek --command", "engine explain deepseek --command --output json");
        command.Arguments.Add(name);
        command.Options.Add(commandLine);
        command.Options.Add(output);
        command.SetAction(CommandLineParts.WithEngine(name, (settings, engine, parse, cancellation) => parse.GetValue(commandLine)
            ? CommandLineAsync(settings, engine, parse.GetValue(output), cancellation)
            : EngineVerdictText.RunAsync(settings, engine, parse.GetValue(output), cancellation)));
        return command;
    }

    private static async Task<int> CommandLineAsync(AgentSettings settings, EngineSettings engine, OutputFormat format, CancellationToken cancellation)
    {
        var parts = Composition.Parts(settings, keeps: false, TimeProvider.System);
        var (ids, untold) = await parts.Numbering.OfAsync(engine, cancellation);
        var document = EngineCommandDocument.Of(engine, ids, untold, settings.StateFolder);
        if (format == OutputFormat.Json)
            Console.WriteLine(JsonSerializer.Serialize(document, EngineDocumentJson.Through(parts.Gate).EngineCommandDocument));
        else
            Print(Screen.Here(), document, parts.Gate);
        return ExitCodes.Ok;
    }

    // The values of the configuration are shown without their secrets: a proxy has one in its address.
    internal static void Print(Screen screen, EngineCommandDocument document, TextGate gate)
    {
        foreach (var (variable, value) in document.Environment)
            screen.Whole(gate.Clean($"{variable}={value}"));
        screen.Whole($"{gate.Clean(document.CommandLine)}\n");
        screen.Table(
            ["SETTING", "YOU WROTE", "BECOMES", "EFFECTIVE", "NOTE"],
            document.Settings.Select(s => (IReadOnlyList<string>)[.. new[] { s.Key, s.Written, s.Becomes, s.Effective, s.Note ?? "" }.Select(cell =>
                gate.Clean(cell))]));
        // The notes of the table are shown there already.
        var more = document.Notes.Where(n => !document.Settings.Any(s => s.Note is not null && n.StartsWith(s.Key + ": ", StringComparison.Ordinal))).ToList();
        if (more.Count > 0)
            screen.Line("\nNotes:\n  " + string.Join("\n  ", more));
    }
}
