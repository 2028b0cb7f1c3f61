using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters.Files;
using Agent.Adapters.Processes;
using Agent.Domain.Engines;

namespace Agent.Engines.Runs;

/// <summary>
/// One run of an engine, as it is on disk. A process id alone proves nothing after a reboot or after
/// ids were used again. So the start time (clock ticks since boot) and the boot id are kept with it.
/// </summary>
internal sealed record EngineRun(int ProcessId, long StartTicks, string BootId, DateTimeOffset StartedAt, string LogFile, string CommandLine)
{
    /// <summary>The cgroup that holds only this run. Null if its kind has none of its own.</summary>
    public string? Cgroup { get; init; }

    /// <summary>The user of its main process. Null in a record of an older agent, which did not ask.</summary>
    public uint? User { get; init; }

    /// <summary>The place in the log file, in bytes, where this run begins. If a container was started again, its earlier runs stand before it.</summary>
    public long LogBegin { get; init; }

    /// <summary>The log of the previous run. The end of that log shows where this run begins. Null if the begin is known.</summary>
    public string? LogBefore { get; init; }

    /// <summary>The place of this run among those that this agent came to know, given by <see cref="KnownRun"/>. An agent counts anew.</summary>
    [JsonIgnore]
    public int Number { get; init; }

    [JsonIgnore]
    public ProcessId Main => new(ProcessId, StartTicks);

    /// <summary>What signs of it go by.</summary>
    [JsonIgnore]
    public RunId Id => new(Number, BootId, ProcessId, StartTicks);
}

/// <summary>Reads and writes <c>run.json</c> of an engine, as a whole or not at all.</summary>
internal static class EngineRunFile
{
    public static EngineRun? Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, EngineRunJson.Default.EngineRun) is { BootId: not null, LogFile: not null, CommandLine: not null } run
                ? run : null;
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
