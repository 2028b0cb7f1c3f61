using System.CommandLine;
using System.CommandLine.Parsing;
using Agent.Configuration.Yaml;

namespace Agent.Commands.Syntax;

/// <summary>
/// Reports a command line that cannot be understood: a sentence for each mistake, with the word that was most likely meant. The help page is
/// named and not printed, because the sentence would be out of sight above it. Only if the command itself is missing is the help page printed.
/// </summary>
internal static class UsageErrors
{
    public static int Tell(ParseResult parse, string command)
    {
        if (parse.UnmatchedTokens.Count == 0 && parse.CommandResult.Command.Subcommands.Any(c => !c.Hidden))
        {
            Console.Error.WriteLine($"{command}: which command?");
            Help.Show(parse);
            return ExitCodes.Usage;
        }

        foreach (var said in Mistakes(parse))
            Console.Error.WriteLine($"{command}: {said}");
        Console.Error.WriteLine($"{Help.PageOf(parse)} shows the usage");
        return ExitCodes.Usage;
    }

    private static IEnumerable<string> Mistakes(ParseResult parse)
    {
        var follows = false;
        foreach (var token in parse.UnmatchedTokens)
        {
            var isOption = token.StartsWith('-') && token.Length > 1;
            // The word after an unknown option may be its value, and the words after a command belong to it.
            if (isOption || !follows)
                yield return isOption ? Option(token, parse.CommandResult) : Word(token, parse.CommandResult);
            // Options behind it belong to the command that was meant.
            if (!isOption && !follows && parse.CommandResult.Command.Subcommands.Count > 0)
                break;
            follows = true;
        }

        // The library reports the same words twice: they were not matched, and the command in their place is missing.
        foreach (var error in parse.Errors.Where(e => parse.UnmatchedTokens.Count == 0 || e.SymbolResult is not CommandResult))
            yield return error.Message.TrimEnd('.');
    }

    private static string Option(string token, CommandResult command)
    {
        var name = token.Split('=')[0];
        List<string> known = [];
        for (SymbolResult? at = command; at is not null; at = at.Parent)
        {
            if (at is CommandResult here)
                known.AddRange(here.Command.Options.Where(o => !o.Hidden && (o.Recursive || at == command)).SelectMany(o => o.Aliases.Prepend(o.Name)));
        }

        return $"unknown option '{name}'{Nearest.Question(name, known.Where(k => k.StartsWith("--", StringComparison.Ordinal)))}";
    }

    private static string Word(string token, CommandResult command)
    {
        var known = command.Command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name).ToList();
        return known.Count > 0 ? $"unknown command '{token}'{Nearest.Question(token, known)}" : $"'{token}' is one word too many";
    }
}
