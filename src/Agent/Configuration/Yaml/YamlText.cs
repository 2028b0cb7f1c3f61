using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Agent.Configuration.Yaml;

/// <summary>
/// What editors, copying and other tools put into a YAML file, and what the reader of YAML says nothing of, or names by a rule of
/// its own grammar: told by place and in words of the person who wrote the file.
/// </summary>
internal static class YamlText
{
    private const char ByteOrderMark = '\uFEFF';
    private const char WideColon = '：';
    private const string MergeKey = "<<";

    /// <summary>Characters that are not seen, or look like others.</summary>
    public static ConfigurationProblem? Character(string file, string text)
    {
        var line = 1;
        var begin = 0;
        var indentation = true;
        for (var at = 0; at < text.Length; at++)
        {
            var found = text[at];
            if (found == '\n')
            {
                (line, begin, indentation) = (line + 1, at + 1, true);
                continue;
            }

            if (Told(found, indentation) is { } told)
            {
                var said = string.Create(CultureInfo.InvariantCulture, $"{told} (U+{(int)found:X4}); delete it");
                return new ConfigurationProblem(file, line, at - begin + 1, said);
            }

            indentation &= found is ' ' or '\t';
        }

        return null;
    }

    /// <summary>What the tree shows and no section asks for: it would be left out without a word, or taken for a key.</summary>
    public static ConfigurationProblem? Structure(string file, YamlStream yaml)
    {
        if (yaml.Documents.Count > 1)
            return At(
                file,
                yaml.Documents[1].RootNode,
                "a second document begins before this place (---); the agent reads one, so put the keys of both into it");
        HashSet<YamlNode> seen = new(ReferenceEqualityComparer.Instance);
        Stack<YamlNode> open = new([yaml.Documents[0].RootNode]);
        while (open.TryPop(out var node))
        {
            // An alias is the node that it stands for: each once, and one that holds itself ends.
            if (!seen.Add(node))
                continue;
            if (node is YamlSequenceNode list)
            {
                foreach (var child in list.Children)
                    open.Push(child);
            }
            else if (node is YamlMappingNode mapping)
            {
                foreach (var (key, value) in mapping.Children)
                {
                    if (key is YamlScalarNode { Value: MergeKey, Style: ScalarStyle.Plain })
                        return At(file, key, "merge keys (<<) are not supported; write the keys of the other section here, or give each value its own alias");
                    if (key is not YamlScalarNode)
                        return At(file, key, "a key is one word here, and no list or section");
                    open.Push(value);
                }
            }
        }

        return null;
    }

    /// <summary>Why the reader of YAML went no further.</summary>
    public static ConfigurationProblem Broken(string file, string text, YamlException broken)
    {
        var lines = text.Split('\n');
        if (broken.Message.Contains("tab", StringComparison.Ordinal) || HasTab(lines, (int)broken.Start.Line))
        {
            var line = Array.FindIndex(lines, Math.Clamp((int)broken.Start.Line - 1, 0, lines.Length - 1), IsIndentedByTab);
            if (line >= 0)
                return new ConfigurationProblem(file, line + 1, lines[line].IndexOf('\t') + 1, "a tab in the indentation; YAML wants blanks");
        }

        for (var line = Math.Max(0, (int)broken.Start.Line - 2); line < Math.Min(lines.Length, broken.Start.Line); line++)
        {
            if (WideColonAt(lines[line]) is > 0 and var column)
                return new ConfigurationProblem(file, line + 1, column + 1, $"a full-width colon ({WideColon}); YAML wants a colon and a blank (: )");
        }

        const string Duplicate = "Duplicate key ";
        const string Anchor = "The anchor '";
        var said = broken.Message switch
        {
            var message when message.StartsWith(Duplicate, StringComparison.Ordinal) =>
                $"the key '{message[Duplicate.Length..]}' stands twice in its section; keep one of them",
            var message when message.StartsWith(Anchor, StringComparison.Ordinal) && message.IndexOf('\'', Anchor.Length) is > 0 and var end =>
                $"no anchor '&{message[Anchor.Length..end]}' stands before the alias '*{message[Anchor.Length..end]}'",
            var message => $"broken YAML: {message}",
        };
        return new ConfigurationProblem(file, broken.Start.Line, broken.Start.Column, said);
    }

    /// <summary>What stands in the place of something else, in words.</summary>
    public static string Kind(YamlNode node) => node switch
    {
        YamlScalarNode { Value: { } text } when text.Contains('：', StringComparison.Ordinal) =>
            $"the single value '{text}'; it has a full-width colon, and YAML wants a colon and a blank (: )",
        YamlScalarNode scalar => $"the single value '{scalar.Value}'",
        YamlSequenceNode => "a list",
        _ => "a section",
    };

    private static string? Told(char found, bool indentation) => found switch
    {
        '\0' => "a NUL character, which no text holds",
        ByteOrderMark => "a byte order mark in the middle of the file, as two files leave it that were joined",
        '\u200B' or '\u200C' or '\u200D' or '\u2060' => "a character that is not seen",
        _ when indentation && found is not (' ' or '\t' or '\r' or '\u0085') && char.IsWhiteSpace(found) => "a blank of another kind in the indentation",
        _ when char.IsControl(found) && found is not ('\t' or '\r' or '\u0085') => "a control character",
        _ => null,
    };

    private static bool HasTab(string[] lines, int number) => number > 0 && number <= lines.Length && IsIndentedByTab(lines[number - 1]);

    private static bool IsIndentedByTab(string line) =>
        line.AsSpan().TrimStart(" \t") is { IsEmpty: false } rest && rest[0] != '#' && line.AsSpan(0, line.Length - rest.Length).Contains('\t');

    /// <returns>Where it stands behind what looks like a key; -1: nowhere.</returns>
    private static int WideColonAt(string line)
    {
        var colon = line.IndexOf(WideColon, StringComparison.Ordinal);
        return colon > 0 && line.AsSpan(0, colon).Trim(" -").IndexOfAnyExcept(KeyCharacters) < 0 ? colon : -1;
    }

    private static readonly System.Buffers.SearchValues<char> KeyCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    private static ConfigurationProblem At(string file, YamlNode node, string text) => new(file, node.Start.Line, node.Start.Column, text);
}
