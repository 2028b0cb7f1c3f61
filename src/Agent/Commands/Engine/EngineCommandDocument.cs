using Agent.Configuration;
using Agent.Configuration.Engines;
using Agent.Engines;
using Agent.Engines.Starting;

namespace Agent.Commands.Engine;

/// <summary>An engine as it would be started: command line, environment, and the effect of each setting. It holds no secrets.</summary>
internal sealed record EngineCommandDocument(
    string Engine,
    string CommandLine,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<EngineSettingDocument> Settings,
    IReadOnlyList<string> Notes)
{
    private const string Masked = "***";
    private const string Unknown = "?";

    /// <param name="engine">The engine.</param>
    /// <param name="logicIds">The logic ids of its chips. Null when they are not known.</param>
    /// <param name="untold">The reason why they are not known.</param>
    /// <param name="stateFolder">The agent's.</param>
    public static EngineCommandDocument Of(EngineSettings engine, IReadOnlyList<int>? logicIds, string? untold, string stateFolder)
    {
        engine = engine with
        {
            Arguments = engine.Arguments.ToDictionary(a => a.Key, a => AgentSettings.NamesSecret(a.Key) && a.Value.Length > 0 ? Masked
            : a.Value, StringComparer.Ordinal)
        };
        var command = EngineCommandLine.Render(engine);
        // The user of the command may not be allowed to read the key file. Its contents are not shown anyway.
        var environment = EngineCommandLine.Environment(engine, null, logicIds ?? [], EngineHandle.MarkerOf(engine, stateFolder));
        foreach (var name in environment.Keys.Where(AgentSettings.NamesSecret).ToList())
            environment[name] = Masked;
        if (engine.ApiKeyFile is { } file)
            environment["VLLM_API_KEY"] = $"{Masked} (from {file})";
        if (logicIds is null)
            environment[EngineCommandLine.VisibleDevices] = Unknown;
        return new EngineCommandDocument(
            engine.Name,
            command.ToString(),
            [command.Program, .. command.Arguments],
            environment,
            [
                new("model", engine.Model, "MODEL", engine.Model, null),
                new("served_model_name", engine.ServedModelName, "--served-model-name", engine.ServedModelName, null),
                new("chips", string.Join(", ", engine.Chips.Select(c => c.Id)), EngineCommandLine.VisibleDevices,
                    environment.GetValueOrDefault(EngineCommandLine.VisibleDevices, "-"), null),
                .. engine.Parameters.Select(p =>
                    new EngineSettingDocument(p.Key, p.Written.Length == 0 ? "-" : p.Written, p.Words.Count == 0 ? "-" : p.Words[0], p.Effective, p.Note)),
                .. engine.Arguments.Select(a => new EngineSettingDocument("arguments." + a.Key, a.Value.Length == 0 ? "true" : a.Value, "--" + a.Key,
                    a.Value.Length == 0 ? "true" : a.Value, null)),
            ],
            untold is null ? EngineNotes.Of(engine) : [$"chips: {untold}", .. EngineNotes.Of(engine)]);
    }
}

/// <param name="Becomes">The option of vLLM, or - when it has none.</param>
internal sealed record EngineSettingDocument(string Key, string Written, string Becomes, string Effective, string? Note);
