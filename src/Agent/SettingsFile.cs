using Agent.Adapters.Files;
using Agent.Configuration;

namespace Agent;

/// <summary>agent.yaml as this agent reads it: with the keys of its own plug-ins.</summary>
internal static class SettingsFile
{
    public static ConfigurationLoad Load(string path, Func<string, bool> programExists)
    {
        var (text, problem) = Read(path, () => RegularFile.Open(path));
        return text is null ? new ConfigurationLoad(null, [problem!]) : Parse(path, text, programExists);
    }

    /// <summary>The text alone: what a command makes of it may depend on the user that it becomes.</summary>
    public static (string? Text, ConfigurationProblem? Problem) Read(string path, Func<Stream> open) => SettingsReader.Read(path, open);

    public static ConfigurationLoad Parse(string file, string text, Func<string, bool> programExists) =>
        SettingsReader.Parse(file, text, PlugIns.Own.Declared, programExists);
}
