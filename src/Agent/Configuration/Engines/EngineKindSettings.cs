namespace Agent.Configuration.Engines;

internal enum EngineKind
{
    Process,
    Systemd,
    Container,
}

/// <summary>What an engine runs in.</summary>
/// <param name="Unit">Systemd: a unit of the host; null: the agent's own template.</param>
/// <param name="Container">Container: how it is run; null for the other kinds.</param>
internal sealed record EngineKindSettings(EngineKind Kind, string? Unit, ContainerSettings? Container)
{
    /// <summary>Whether it is the agent's own template, whose engines are a user of their own.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsOwnUnit => Kind == EngineKind.Systemd && Unit is null;
}

/// <param name="Command">The docker-compatible command line, with its own options before the verb.</param>
/// <param name="Mounts">As they stand behind -v: SOURCE:TARGET or SOURCE:TARGET:ro.</param>
/// <param name="Arguments">Further options of <c>run</c>, each word by itself.</param>
internal sealed record ContainerSettings(IReadOnlyList<string> Command, string Image, long SharedMemoryBytes, IReadOnlyList<string> Mounts,
    IReadOnlyList<string> Arguments);
