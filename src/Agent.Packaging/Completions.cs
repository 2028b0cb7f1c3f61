using System.CommandLine;

namespace Agent.Packaging;

/// <summary>
/// What the three shells complete. Every script finds the command that the words so far make, then offers its subcommands
/// and options, and behind an option its words or files.
/// </summary>
internal static class Completions
{
    public static string Bash(IReadOnlyList<CommandPage> pages) => $$"""
        # bash completion of npu-agent
        _npu_agent() {
            local word at='' current=${COMP_WORDS[COMP_CWORD]} words=''
            for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
                case "$at $word" in
                    {{Paths(pages, "|")}}) at="$at $word" ;;
                esac
            done
            case "$at:${COMP_WORDS[COMP_CWORD-1]}" in
        {{Lines(Valued(pages).Select(v => $"        {Patterns(v.Page, v.Option, "|")}) {(CommandPage.TakesFile(v.Option) ? "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$current\"))" : $"COMPREPLY=($(compgen -W '{Words(v.Option)}' -- \"$current\"))")}; return ;;"))}}
            esac
            case "$at" in
        {{Lines(pages.Select(p => $"        '{At(p)}') words='{string.Join(' ', Offered(p))}' ;;"))}}
            esac
            COMPREPLY=($(compgen -W "$words" -- "$current"))
        }
        complete -F _npu_agent npu-agent

        """;

    public static string Zsh(IReadOnlyList<CommandPage> pages) => $$"""
        #compdef npu-agent
        # zsh completion of npu-agent
        _npu-agent() {
            local word at=''
            local -a commands options
            for word in ${words[2,CURRENT-1]}; do
                case "$at $word" in
                    ({{Paths(pages, "|")}}) at="$at $word" ;;
                esac
            done
            case "$at:${words[CURRENT-1]}" in
        {{Lines(Valued(pages).Select(v => $"        ({Patterns(v.Page, v.Option, "|")}) {(CommandPage.TakesFile(v.Option) ? "_files" : $"compadd -- {Words(v.Option)}")}; return ;;"))}}
            esac
            case "$at" in
        {{Lines(pages.Select(p => $"        ('{At(p)}') commands=({Described(p.Subcommands.Select(c => (c.Name, c.Description)))}) options=({Described(p.Options.SelectMany(o => CommandPage.Spellings(o).Select(s => (s, o.Description))))}) ;;"))}}
            esac
            (( $#commands )) && _describe command commands
            _describe option options
        }
        _npu-agent "$@"

        """;

    public static string Fish(IReadOnlyList<CommandPage> pages) => $$"""
        # fish completion of npu-agent
        function __npu_agent_at
            set -l at ''
            for word in (commandline -opc)[2..]
                switch "$at $word"
                    case {{Paths(pages, " ")}}
                        set at "$at $word"
                end
            end
            test "$at" = "$argv[1]"
        end
        complete -c npu-agent -f
        {{Lines(pages.SelectMany(p => p.Subcommands.Select(c => $"complete -c npu-agent -n \"__npu_agent_at '{At(p)}'\" -a {c.Name} -d {Quoted(Short(c.Description))}")))}}
        {{Lines(pages.SelectMany(p => p.Options.Select(o => $"complete -c npu-agent -n \"__npu_agent_at '{At(p)}'\"{Switches(o)} -d {Quoted(Short(o.Description))}")))}}

        """;

    private static IEnumerable<(CommandPage Page, Option Option)> Valued(IReadOnlyList<CommandPage> pages) =>
        from page in pages
        from option in page.Options
        where CommandPage.TakesFile(option) || CommandPage.Choices(option).Count > 0
        select (page, option);

    private static IEnumerable<string> Offered(CommandPage page) => page.Subcommands.Select(c => c.Name).Concat(page.Options.SelectMany(CommandPage.Spellings));

    private static string At(CommandPage page) => page.Path.Length == 0 ? "" : " " + page.Path;

    private static string Paths(IReadOnlyList<CommandPage> pages, string or) => string.Join(or, pages.Skip(1).Select(p => $"'{At(p)}'"));

    // The options of the program itself may stand behind every command.
    private static string Patterns(CommandPage page, Option option, string or) =>
        string.Join(or, CommandPage.Spellings(option).Select(s => page.Path.Length == 0 ? $"*:{s}" : $"'{At(page)}:{s}'"));

    private static string Words(Option option) => string.Join(' ', CommandPage.Choices(option));

    private static string Switches(Option option)
    {
        var switches = string.Concat(CommandPage.Spellings(option).Where(s => s != "-?").Select(s => s.StartsWith("--", StringComparison.Ordinal) ? $" -l {s[2..]}" : $" -s {s[1..]}"));
        return switches + (CommandPage.TakesFile(option) ? " -rF" : CommandPage.Choices(option).Count > 0 ? $" -xa '{Words(option)}'" : CommandPage.TakesValue(option) ? " -x" : "");
    }

    private static string Described(IEnumerable<(string Word, string? Description)> words) =>
        string.Join(' ', words.Select(w => Quoted($"{w.Word}:{Short(w.Description)}")));

    /// <summary>The first sentence: a list has one line for each word.</summary>
    private static string Short(string? description) => (description ?? "").Split(". ")[0].TrimEnd('.');

    private static string Quoted(string text) => $"'{text.Replace("'", "", StringComparison.Ordinal)}'";

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines);
}
