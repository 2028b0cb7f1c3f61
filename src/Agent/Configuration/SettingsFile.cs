using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Agent.Configuration;

/// <summary>Reads agent.yaml. Whatever is wrong comes back as a list with places; nothing is thrown.</summary>
internal static class SettingsFile
{
    private const long MaxBytes = 1024 * 1024;

    public static ConfigurationLoad Load(string path, Func<string, bool> programExists)
    {
        if (Directory.Exists(path))
            return Failed(path, "is a folder; name the file, for example agent.yaml in it");
        try
        {
            var bytes = File.ReadAllBytes(path);
            if (bytes.LongLength > MaxBytes)
                return Failed(path, $"is {bytes.LongLength} bytes long, allowed {MaxBytes}");
            return Parse(path, new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes), programExists);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return Failed(path, "not found; copy the annotated packaging/agent.yaml there, or name another file with --config");
        }
        catch (UnauthorizedAccessException)
        {
            return Failed(path, "cannot be read by this user; check its owner and mode");
        }
        catch (DecoderFallbackException)
        {
            return Failed(path, "is not UTF-8 text");
        }
    }

    public static ConfigurationLoad Parse(string file, string text, Func<string, bool> programExists)
    {
        List<ConfigurationProblem> problems = [];
        try
        {
            var yaml = new YamlStream();
            using var reader = new StringReader(text);
            yaml.Load(reader);
            if (yaml.Documents.Count == 0)
                return Failed(file, "is empty; an agent without an engine has nothing to do");

            var root = new YamlSection(yaml.Documents[0].RootNode, "", Mark.Empty, file, problems);
            var settings = SettingsBinding.Bind(root, file, programExists);
            root.Close();
            return new ConfigurationLoad(problems.Count == 0 ? settings : null, [.. problems.OrderBy(p => p.Line).ThenBy(p => p.Column)]);
        }
        catch (YamlException broken)
        {
            return new ConfigurationLoad(null, [new ConfigurationProblem(file, broken.Start.Line, broken.Start.Column, $"broken YAML: {broken.Message}")]);
        }
    }

    private static ConfigurationLoad Failed(string path, string text) => new(null, [new ConfigurationProblem(path, 0, 0, text)]);
}
