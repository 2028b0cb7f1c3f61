using YamlDotNet.RepresentationModel;

namespace Agent.Configuration.Yaml;

/// <summary>Takes the value of a secret out of a complaint about it, which goes to a terminal or into the journal.</summary>
internal static class SecretValue
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Redacted = "[redacted]";

    public static ConfigurationProblem Hide(ConfigurationProblem problem, YamlNode? found, Func<string, bool> isSecret) =>
        (found?.AllNodes ?? []).OfType<YamlScalarNode>().Select(s => s.Value ?? "").Where(v => v.Length > 0 && isSecret(v))
            .Aggregate(problem, (told, value) => told with { Text = told.Text.Replace(value, Shown(value), StringComparison.Ordinal) });

    /// <summary>Of an address scheme and host stay: they tell a person which one is meant.</summary>
    private static string Shown(string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var address) || address.Host.Length == 0)
            return Redacted;
        var host = $"{address.Scheme}://{address.Host}{(address.IsDefaultPort ? "" : $":{address.Port}")}";
        return value == host ? host : $"{host}/{Redacted}";
    }
}
