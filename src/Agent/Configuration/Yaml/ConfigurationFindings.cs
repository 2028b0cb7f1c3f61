using Agent.Configuration.Host;

namespace Agent.Configuration.Yaml;

/// <summary>What comes to light while a configuration is read: mistakes in it, and files that it names.</summary>
internal sealed record ConfigurationFindings(string File)
{
    public List<ConfigurationProblem> Problems { get; } = [];

    public List<NamedFile> Files { get; } = [];
}
