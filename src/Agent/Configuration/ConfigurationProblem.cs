namespace Agent.Configuration;

/// <summary>One thing that is wrong with the configuration: where, what was found, what is allowed.</summary>
internal sealed record ConfigurationProblem(string File, long Line, long Column, string Text)
{
    public override string ToString() => Line > 0 ? $"{File}:{Line}:{Column}: {Text}" : $"{File}: {Text}";
}

/// <summary>Settings, or every reason why there are none.</summary>
internal sealed record ConfigurationLoad(AgentSettings? Settings, IReadOnlyList<ConfigurationProblem> Problems)
{
    /// <summary>What a file with mistakes says all the same; null when it could not be read at all. Only for who asks for one thing in it.</summary>
    public AgentSettings? Understood { get; init; } = Settings;
}
