using System.Text.RegularExpressions;
using Agent.Configuration;
using Agent.Configuration.Yaml;
using Agent.Packaging;
using Agent.Tests.Architecture;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Agent.Tests.Configuration;

/// <summary>The annotated sample, held against the keys that are read.</summary>
public sealed partial class SampleTests
{
    private static readonly string Folder = Path.Combine(ArchitectureTests.Repository(), "packaging");
    private static readonly string Sample = File.ReadAllText(Path.Combine(Folder, "agent.yaml"));

    // What stands below these is free, and the sample has an example or nothing.
    private static readonly string[] Free = ["vendor_codes", "engines.arguments", "engines.environment", "notifications.*.headers", "notifications.*.labels",
        "notifications.alertmanagers.labels"];

    [Fact]
    public void The_sections_of_plug_ins_are_what_these_declare() =>
        AnnotatedSample.Fill(Sample, PlugIns.Own.Declared).ShouldMatchApproved(c => c
            .LocateTestMethodUsingAttribute<FactAttribute>()
            .SubFolder(Path.GetRelativePath(Path.Combine(ArchitectureTests.Repository(), "tests", "Agent.Tests", "Configuration"), Folder))
            .WithFilenameGenerator((_, _, type, extension) => type == "approved" ? $"agent.{extension}" : $"agent.{type}.{extension}")
            .WithFileExtension(".yaml"));

    [Fact]
    public void Every_key_that_is_read_is_in_the_sample() => Read().Except(Written().Select(k => k.Path)).ShouldBeEmpty();

    [Fact]
    public void Every_key_of_the_sample_is_read_those_that_are_commented_out_too()
    {
        var read = Read().ToHashSet(StringComparer.Ordinal);
        Written().Where(k => !read.Contains(k.Path) && !Array.Exists(Free, f => k.Path.StartsWith(f + ".", StringComparison.Ordinal))).ShouldBeEmpty();
    }

    /// <summary>Keys of the binder, with a star for the code of a fault.</summary>
    private static IEnumerable<string> Read()
    {
        var receivers = PlugIns.Own.Declared.Notifiers.Select(n => $"  {n.Key}: [ {{ name: a }} ]\n");
        var yaml = new YamlStream();
        yaml.Load(new StringReader($"faults: {{ chip-alarm: }}\nengines: [ {{ name: a }} ]\nnotifications:\n{string.Concat(receivers)}"));
        var root = new YamlSection(yaml.Documents[0].RootNode, "", Mark.Empty, new ConfigurationFindings("t.yaml"));
        SettingsBinding.Bind(root, "t.yaml", PlugIns.Own.Declared, _ => false);
        return Keys(root, "").Select(Starred).Distinct(StringComparer.Ordinal);

        static IEnumerable<string> Keys(YamlSection section, string path) =>
            section.Asked.Select(k => path + k).Concat(section.Inner.SelectMany(i => Keys(i.Section, $"{path}{i.Key}.")));
    }

    /// <summary>Keys of the sample with the lines that they stand in, by their indentation; behind a mark of comment as if it were none.</summary>
    private static IEnumerable<(string Path, string Line)> Written()
    {
        Stack<(int Indent, string Path)> above = new();
        foreach (var line in Sample.Split('\n'))
        {
            var text = line;
            while (Commented().Match(text) is { Success: true } mark)
                text = mark.Groups[1].Value + text[mark.Length..];
            if (Key().Match(text) is not { Success: true } key)
                continue;
            var indent = key.Groups[2].Index;
            while (above.TryPeek(out var last) && last.Indent >= indent)
                above.Pop();
            var path = above.TryPeek(out var parent) ? $"{parent.Path}.{key.Groups[2].Value}" : key.Groups[2].Value;
            above.Push((indent, path));
            yield return (Starred(path), line);
            if (key.Groups[3].Value.StartsWith('{'))
            {
                foreach (Match inner in Inner().Matches(key.Groups[3].Value))
                    yield return (Starred($"{path}.{inner.Groups[1].Value}"), line);
            }
        }
    }

    /// <summary>Keys that several kinds of notifiers have in common stand at the first of them.</summary>
    private static string Starred(string path)
    {
        var parts = path.Split('.');
        var isShared = parts is ["notifications", var kind, var key, ..]
            && PlugIns.Own.Declared.Notifiers.Any(n => n.Key == kind && n.Shared.Any(s => s.Settings.Any(shared => shared.Key == key)));
        return isShared ? string.Join('.', ["notifications", "*", .. parts.Skip(2)]) : Fault().Replace(path, "faults.*");
    }

    [GeneratedRegex("^( *)# ?", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Commented();

    // A value is one word, or begins as a list, a section or a text does: a sentence is none.
    [GeneratedRegex(
        """^( *(?:- )?)([a-z0-9][A-Za-z0-9_-]*):(?: +([\[{"'].*|[^ ]+(?: +#.*)?|The capital of France is))?$""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Key();

    [GeneratedRegex(@"[{,] *([a-z_]+): ", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Inner();

    [GeneratedRegex(@"^faults\.[a-z-]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Fault();
}
