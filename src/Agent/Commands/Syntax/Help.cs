using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Agent.Screens;

namespace Agent.Commands.Syntax;

internal sealed class CommandWithExamples(string name, string description, IReadOnlyList<string> examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples => examples;
}

/// <summary>The library's help page, with the examples of the command below it. The first page also shows the exit codes.</summary>
internal sealed class Help(HelpAction page) : SynchronousCommandLineAction
{
    public static void AddTo(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        var page = (HelpAction)option.Action!;
        if (Terminal.Width() is { } width)
            page.MaxWidth = width;
        option.Action = new Help(page);
    }

    public static void Show(ParseResult parse) => ((Help)parse.RootCommandResult.Command.Options.OfType<HelpOption>().Single().Action!).Invoke(parse);

    /// <summary>The command that shows the help page.</summary>
    public static string PageOf(ParseResult parse) => $"`{NameOf(parse.CommandResult)} --help`";

    /// <summary>The program and the command, as they are typed.</summary>
    public static string NameOf(CommandResult command) => command.Parent is CommandResult outer ? $"{NameOf(outer)} {command.Command.Name}" : "npu-agent";

    public override int Invoke(ParseResult parseResult)
    {
        var code = page.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command;
        if (command is CommandWithExamples { Examples.Count: > 0 } with)
        {
            output.WriteLine("Examples:");
            foreach (var example in with.Examples)
                output.WriteLine($"  npu-agent {example}");
            output.WriteLine();
        }

        if (command is RootCommand)
            new Screen(output, Terminal.Width()).Line(ExitCodes.Table);
        return code;
    }
}
