using System.CommandLine;
using Agent.Commands.Syntax;

namespace Agent.Packaging;

/// <summary>One command of the tree, as documents see it. The path is empty for the program itself; `engine start` is a subcommand.</summary>
internal sealed record CommandPage(string Path, Command Command)
{
    public IEnumerable<Option> Options => Command.Options.Where(o => !o.Hidden).OrderBy(o => o.Name, StringComparer.Ordinal);

    public IEnumerable<Argument> Arguments => Command.Arguments.Where(a => !a.Hidden);

    public IEnumerable<Command> Subcommands => Command.Subcommands.Where(c => !c.Hidden);

    public string Synopsis => string.Join(' ', ((IEnumerable<string>)["npu-agent", Path, .. Arguments.Select(Placeholder)]).Where(w => w.Length > 0));

    /// <summary>The command and all below it, in the order of --help.</summary>
    public static IEnumerable<CommandPage> Walk(Command command, string path = "") =>
        new CommandPage(path, command).Subcommands
            .SelectMany(below => Walk(below, path.Length == 0 ? below.Name : $"{path} {below.Name}"))
            .Prepend(new CommandPage(path, command));

    /// <summary>All spellings of an option, the long one first.</summary>
    public static IReadOnlyList<string> Spellings(Option option) =>
        [.. option.Aliases.Prepend(option.Name).Where(s => s.StartsWith('-')).Distinct(StringComparer.Ordinal).OrderByDescending(s => s.Length)
            .ThenBy(s => s, StringComparer.Ordinal)];

    /// <summary>The words that the option takes, if its help names them: `text|json`. Words in capitals are placeholders.</summary>
    public static IReadOnlyList<string> Choices(Option option) =>
        [.. (option.HelpName ?? "").Split('|').Where(word => word.Length > 0 && word.All(c => char.IsAsciiLetterLower(c) || c == '-'))];

    public static bool TakesValue(Option option) => option.ValueType != typeof(bool) && option.Arity.MaximumNumberOfValues > 0;

    /// <summary>Whether only the program knows the words of the option: engines, incidents.</summary>
    public static bool Asks(Option option) => KnownWords.Has(option.CompletionSources);

    /// <summary>The same for the arguments of the command.</summary>
    public bool AsksForArgument => Arguments.Any(a => KnownWords.Has(a.CompletionSources));

    public static bool TakesFile(Option option) => option.HelpName is "FILE" or "FOLDER";

    private static string Placeholder(Argument argument) =>
        argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name.ToUpperInvariant()}]" : argument.Name.ToUpperInvariant();
}
