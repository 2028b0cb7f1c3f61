using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters.Files;
using Agent.Adapters.Processes;
using Agent.Domain.Engines;

namespace Agent.Engines;

/// <summary>
/// One run of an engine, as it is on disk. A process id alone proves nothing after a reboot or a wrap of ids, so the start
/// time (clock ticks since boot) and the boot id go with it.
/// </summary>
internal sealed record EngineRun(int ProcessId, long StartTicks, string BootId, DateTimeOffset StartedAt, string LogFile, string CommandLine)
{
    /// <summary>The cgroup that holds this run and nothing else; null where its kind has none of its own.</summary>
    public string? Cgroup { get; init; }

    /// <summary>The user of its main process; null in a record of an agent that did not ask.</summary>
    public uint? User { get; init; }

    /// <summary>Where in its log file this run begins, in bytes: before it stand earlier runs of a container that was started again.</summary>
    public long LogBegin { get; init; }

    /// <summary>The log of the run before, by whose end the begin is found; null where it is known.</summary>
    public string? LogBefore { get; init; }

    [JsonIgnore]
    public ProcessId Main => new(ProcessId, StartTicks);

    /// <summary>What signs of it go by.</summary>
    [JsonIgnore]
    public RunId Id => new(BootId, ProcessId, StartTicks);
}

/// <summary>Reads and writes <c>run.json</c> of an engine, whole or not at all.</summary>
internal static class EngineRunFile
{
    public static EngineRun? Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, EngineRunJson.Default.EngineRun) is { BootId: not null, LogFile: not null, CommandLine: not null } run ? run : null;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or JsonException)
        {
            // Without the record the engine is still found by its marker.
            return null;
        }
    }

    public static void Write(string path, EngineRun run) => WholeFile.Write(path, JsonSerializer.Serialize(run, EngineRunJson.Default.EngineRun));
}

[JsonSerializable(typeof(EngineRun))]
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class EngineRunJson : JsonSerializerContext;
