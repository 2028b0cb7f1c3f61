using System.CommandLine;

namespace Agent.Packaging;

/// <summary>
/// The completions of three shells. Every script finds the command that the words so far make. Then it offers the subcommands and options of this
/// command, and behind an option the words or files of the option.
/// </summary>
internal static class Completions
{
    public static string Bash(IReadOnlyList<CommandPage> pages) => $$"""
        # bash completion of npu-agent
        # The program tells what only it knows. Its answer is never a word of the shell: nothing in it is expanded.
        _npu_agent_ask() {
            local word from=${#COMP_WORDS[0]}
            local line="npu-agent${COMP_LINE:from:COMP_POINT-from}"
            while IFS= read -r word; do
                [[ $word != [-/]* && $word == "$1"* && " ${COMPREPLY[*]} " != *" $word "* ]] && COMPREPLY+=("$word")
            done < <("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)
        }
        _npu_agent() {
            local word at='' current=${COMP_WORDS[COMP_CWORD]} words=''
            COMPREPLY=()
            for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
                case "$at $word" in
                    {{Paths(pages, "|")}}) at="$at $word" ;;
                esac
            done
            case "$at:${COMP_WORDS[COMP_CWORD-1]}" in
        {{Lines(Valued(pages).Select(v => $"        {Patterns(v.Page, v.Option, "|")}) {BashWords(v.Option)}; return ;;"))}}
            esac
            case "$at" in
        {{Lines(pages.Select(p => $"        '{At(p)}') words='{string.Join(' ', Offered(p))}' ;;"))}}
            esac
            COMPREPLY=($(compgen -W "$words" -- "$current"))
            case "$at" in
                {{Asking(pages, "|")}}) [[ $current == -* ]] || _npu_agent_ask "$current" ;;
            esac
        }
        complete -F _npu_agent npu-agent

        """;

    public static string Zsh(IReadOnlyList<CommandPage> pages) => $$"""
        #compdef npu-agent
        # zsh completion of npu-agent
        # The program tells what only it knows.
        _npu-agent-ask() {
            local line="npu-agent ${(j: :)words[2,CURRENT]}"
            local -a known
            known=(${(f)"$(${words[1]} "[suggest:${#line}]" "$line" 2>/dev/null)"})
            compadd -- ${known:#[-/]*}
        }
        _npu-agent() {
            local word at=''
            local -a commands options
            for word in ${words[2,CURRENT-1]}; do
                case "$at $word" in
                    ({{Paths(pages, "|")}}) at="$at $word" ;;
                esac
            done
            case "$at:${words[CURRENT-1]}" in
        {{Lines(Valued(pages).Select(v => $"        ({Patterns(v.Page, v.Option, "|")}) {ZshWords(v.Option)}; return ;;"))}}
            esac
            case "$at" in
        {{Lines(pages.Select(p => $"        ('{At(p)}') commands=({Described(p.Subcommands.Select(c => (c.Name, c.Description)))}) options=({Described(p.Options.SelectMany(o => CommandPage.Spellings(o).Select(s => (s, o.Description))))}) ;;"))}}
            esac
            (( $#commands )) && _describe command commands
            _describe option options
            case "$at" in
                ({{Asking(pages, "|")}}) [[ ${words[CURRENT]} == -* ]] || _npu-agent-ask ;;
            esac
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
        # The program tells what only it knows.
        function __npu_agent_ask
            set -l words (commandline -opc)
            set -l line (string join ' ' npu-agent $words[2..] (commandline -ct))
            $words[1] "[suggest:"(string length -- $line)"]" $line 2>/dev/null | string match -rv '^[-/]'
        end
        complete -c npu-agent -f
        {{Lines(pages.SelectMany(p => p.Subcommands.Select(c => $"complete -c npu-agent -n \"__npu_agent_at '{At(p)}'\" -a {c.Name} -d {Quoted(Short(c.Description))}")))}}
        {{Lines(pages.SelectMany(p => p.Options.Select(o => $"complete -c npu-agent -n \"__npu_agent_at '{At(p)}'\"{Switches(o)} -d {Quoted(Short(o.Description))}")))}}
        {{Lines(pages.Where(p => p.AsksForArgument).Select(p => $"complete -c npu-agent -n \"__npu_agent_at '{At(p)}'\" -a '(__npu_agent_ask)'"))}}

        """;

    private static IEnumerable<(CommandPage Page, Option Option)> Valued(IReadOnlyList<CommandPage> pages) =>
        from page in pages
        from option in page.Options
        where CommandPage.TakesFile(option) || CommandPage.Asks(option) || CommandPage.Choices(option).Count > 0
        select (page, option);

    private static IEnumerable<string> Offered(CommandPage page) => page.Subcommands.Select(c => c.Name).Concat(page.Options.SelectMany(CommandPage.Spellings));

    private static string At(CommandPage page) => page.Path.Length == 0 ? "" : " " + page.Path;

    private static string Paths(IReadOnlyList<CommandPage> pages, string or) => string.Join(or, pages.Skip(1).Select(p => $"'{At(p)}'"));

    // The options of the program itself may stand behind every command.
    private static string Patterns(CommandPage page, Option option, string or) =>
        string.Join(or, CommandPage.Spellings(option).Select(s => page.Path.Length == 0 ? $"*:{s}" : $"'{At(page)}:{s}'"));

    private static string Asking(IReadOnlyList<CommandPage> pages, string or) => string.Join(or, pages.Where(p => p.AsksForArgument).Select(p => $"'{At(p)}'"));

    private static string BashWords(Option option) =>
        CommandPage.TakesFile(option) ? "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$current\"))"
        : CommandPage.Asks(option) ? "_npu_agent_ask \"$current\""
        : $"COMPREPLY=($(compgen -W '{Words(option)}' -- \"$current\"))";

    private static string ZshWords(Option option) =>
        CommandPage.TakesFile(option) ? "_files" : CommandPage.Asks(option) ? "_npu-agent-ask" : $"compadd -- {Words(option)}";

    private static string Words(Option option) => string.Join(' ', CommandPage.Choices(option));

    private static string Switches(Option option)
    {
        var switches = string.Concat(CommandPage.Spellings(option).Where(s => s != "-?")
            .Select(s => s.StartsWith("--", StringComparison.Ordinal) ? $" -l {s[2..]}" : $" -s {s[1..]}"));
        return switches + (CommandPage.TakesFile(option) ? " -rF"
            : CommandPage.Asks(option) ? " -xa '(__npu_agent_ask)'"
            : CommandPage.Choices(option).Count > 0 ? $" -xa '{Words(option)}'" : CommandPage.TakesValue(option) ? " -x" : "");
    }

    private static string Described(IEnumerable<(string Word, string? Description)> words) =>
        string.Join(' ', words.Select(w => Quoted($"{w.Word}:{Short(w.Description)}")));

    /// <summary>The first sentence, because a list has one line for each word.</summary>
    private static string Short(string? description) => (description ?? "").Split(". ")[0].TrimEnd('.');

    private static string Quoted(string text) => $"'{text.Replace("'", "", StringComparison.Ordinal)}'";

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines);
}
