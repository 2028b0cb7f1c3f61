using Agent.Configuration;
using Agent.Configuration.Declared;

namespace Agent.Bundles;

/// <summary>The configuration that was in force. Secrets are in files of their own; redaction goes over it all the same.</summary>
internal sealed class ConfigurationSource(AgentSettings settings) : IBundleSource
{
    public static readonly DeclaredSource Declared = new("configuration");

    public string Name => Declared.Name;

    public bool IsSlow => false;

    public Loss LostBy => Loss.Nothing;

    public Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        folder.Write("npu-agent/agent.yaml", File.ReadAllText(settings.File));
        return Task.CompletedTask;
    }
}
