using System.Text;
using Agent.Adapters.Files;
using Agent.Configuration.Declared;
using Agent.Configuration.Yaml;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Agent.Configuration;

/// <summary>Reads agent.yaml. Whatever is wrong comes back as a list with places; nothing is thrown.</summary>
internal static class SettingsReader
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>The sample has five levels.</summary>
    private const int Deepest = 50;

    /// <summary>The text alone: what a command makes of it may depend on the user that it becomes.</summary>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="open">Opens the file, wherever it lies.</param>
    public static (string? Text, ConfigurationProblem? Problem) Read(string path, Func<Stream> open)
    {
        if (Directory.Exists(path))
            return Failed("is a folder; name the file, for example agent.yaml in it");
        try
        {
            using var file = open();
            return (RegularFile.Text(file, MaxBytes), null);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return Failed("not found; copy the annotated packaging/agent.yaml there, or name another file with --config");
        }
        catch (UnauthorizedAccessException)
        {
            return Failed(AccessRefusal.Of(path, "read"));
        }
        catch (DecoderFallbackException broken)
        {
            return Failed($"is not UTF-8 text: {broken.Message}; save it as UTF-8");
        }
        catch (IOException other)
        {
            return Failed(other.Message);
        }

        (string?, ConfigurationProblem?) Failed(string why) => (null, new ConfigurationProblem(path, 0, 0, why));
    }

    /// <param name="file">Its name, for messages.</param>
    /// <param name="plugIns">The plug-ins whose keys it may hold.</param>
    /// <param name="programExists">Whether a program is on PATH.</param>
    public static ConfigurationLoad Parse(string file, string text, DeclaredPlugIns plugIns, Func<string, bool> programExists)
    {
        if (plugIns.Mistakes().ToList() is { Count: > 0 } mistakes)
            throw new InvalidOperationException(string.Join("; ", mistakes));
        var findings = new ConfigurationFindings(file);
        if (YamlText.Character(file, text) is { } hidden)
            return new ConfigurationLoad(null, [hidden]);
        try
        {
            if (Tree(findings, text) is not { } tree)
                return new ConfigurationLoad(null, findings.Problems);
            var root = new YamlSection(tree, "", Mark.Empty, findings);
            var settings = SettingsBinding.Bind(root, file, plugIns, programExists) with { Files = findings.Files };
            root.Close();
            return new ConfigurationLoad(findings.Problems.Count == 0 ? settings : null,
                [.. findings.Problems.OrderBy(p => p.Line).ThenBy(p => p.Column)])
            { Understood = settings };
        }
        catch (YamlException broken)
        {
            return new ConfigurationLoad(null, [YamlText.Broken(file, text, broken)]);
        }
    }

    /// <summary>
    /// The library's reader of trees calls itself for each level until the stack ends, so the depth is looked at before; and it
    /// has exceptions that are none of YAML.
    /// </summary>
    private static YamlNode? Tree(ConfigurationFindings findings, string text)
    {
        var parser = Events();
        try
        {
            for (var depth = 0; parser.MoveNext();)
            {
                depth += parser.Current!.NestingIncrease;
                if (depth > Deepest)
                    return Refused($"nests deeper than {Deepest} levels");
            }

            parser = Events();
            var yaml = new YamlStream();
            yaml.Load(parser);
            if (yaml.Documents.Count == 0)
                return Refused("is empty; an agent without an engine has nothing to do");
            if (YamlText.Structure(findings.File, yaml) is not { } refused)
                return yaml.Documents[0].RootNode;
            findings.Problems.Add(refused);
            return null;
        }
        catch (Exception broken) when (broken is InvalidOperationException or ArgumentException)
        {
            return Refused($"broken YAML behind this place: {broken.Message}");
        }

        Parser Events() => new(new StringReader(text));

        YamlNode? Refused(string why)
        {
            findings.Problems.Add(new ConfigurationProblem(findings.File, parser.Current?.End.Line ?? 0, parser.Current?.End.Column ?? 0, why));
            return null;
        }
    }
}
