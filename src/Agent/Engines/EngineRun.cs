using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters.Processes;

namespace Agent.Engines;

/// <summary>
/// One run of an engine, as it is on disk. A process id alone proves nothing after a reboot or a wrap of ids, so the start
/// time (clock ticks since boot) and the boot id go with it.
/// </summary>
internal sealed record EngineRun(int ProcessId, long StartTicks, string BootId, DateTimeOffset StartedAt, string LogFile, string CommandLine)
{
    /// <summary>The cgroup that holds this run and nothing else; null where its kind has none of its own.</summary>
    public string? Cgroup { get; init; }

    /// <summary>Where in its log file this run begins, in bytes: before it stand earlier runs of a container that was started again.</summary>
    public long LogBegin { get; init; }

    [JsonIgnore]
    public ProcessId Main => new(ProcessId, StartTicks);
}

/// <summary>Reads and writes <c>run.json</c> of an engine, whole or not at all.</summary>
internal static class EngineRunFile
{
    public static EngineRun? Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, EngineRunJson.Default.EngineRun);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            // Without the record the engine is still found by its marker.
            return null;
        }
    }

    public static void Write(string path, EngineRun run)
    {
        var temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, run, EngineRunJson.Default.EngineRun);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}

[JsonSerializable(typeof(EngineRun))]
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class EngineRunJson : JsonSerializerContext;
