namespace Agent.Configuration.Host;

/// <summary>A file that the configuration names, and the place where it does.</summary>
/// <param name="Place">The key and the path, without a complaint yet.</param>
/// <param name="IsNeeded">Without it the agent does not start; another one may come later, or belong to another host.</param>
/// <param name="Problem">What is wrong with it now, or null.</param>
internal sealed record NamedFile(ConfigurationProblem Place, bool IsNeeded, Func<string?> Problem)
{
    public static IEnumerable<ConfigurationProblem> Problems(AgentSettings settings, bool needed) =>
        from file in settings.Files
        where file.IsNeeded == needed
        let problem = file.Problem()
        where problem is not null
        select file.Place with { Text = $"{file.Place.Text} {problem}" };
}
