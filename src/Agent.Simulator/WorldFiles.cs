using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Agent.Simulator;

/// <summary>JSON files of the world. Each is written whole: a reader never sees half of a file, and a killed writer leaves no half.</summary>
internal sealed class WorldFiles(string folder)
{
    public string Path(string name) => System.IO.Path.Combine(folder, name);

    public T? Read<T>(string name, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(Path(name)), type);
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Write<T>(string name, T value, JsonTypeInfo<T> type)
    {
        var temporary = Path($".{Environment.ProcessId}-{Guid.NewGuid():N}");
        File.WriteAllText(temporary, JsonSerializer.Serialize(value, type));
        File.Move(temporary, Path(name), overwrite: true);
    }

    public void Delete(string name) => File.Delete(Path(name));

    public List<string> Names(string part) => Directory.Exists(Path(part))
        ? [.. Directory.EnumerateFiles(Path(part), "*.json").Select(f => $"{part}/{System.IO.Path.GetFileName(f)}").Order(StringComparer.Ordinal)] : [];

    /// <summary>The lock for a change that reads before it writes.</summary>
    public FileStream Lock()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(Path("lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < 500)
            {
                Thread.Sleep(10);
            }
        }
    }
}

/// <summary>An error that the user can put right. It is printed without a stack trace.</summary>
internal sealed class WorldException(string message) : Exception(message);

internal sealed record WorldSettings(string Profile, int Chips, double Pace, bool MadeFolder);

internal sealed record FaultState(int[] Npus, DateTimeOffset At);

/// <summary>A process that holds memory of a chip. Died is the time at which it was first seen dead: the memory comes back a little later.</summary>
internal sealed record Holder(int Pid, long StartTicks, int Chip, int Megabytes, string Name, DateTimeOffset? Died = null);

internal sealed record EngineProcess(int Pid, long StartTicks, int Port, int[] Npus);

internal sealed record DriverState(DateTimeOffset? RestartUntil, bool Failed, bool Stopped, DateTimeOffset ActiveSince);

/// <summary>Files of a report, and its end. The engine prints them until it serves, in between, and at its end.</summary>
/// <param name="Serves">False: the engine ends before it listens, at every start.</param>
/// <param name="Survives">The engine core leads a session of its own and outlives its API server.</param>
internal sealed record Report(string? Start, string? Mid, string? Then, int ExitCode, int Signal, bool Serves, bool Survives)
{
    /// <summary>The lines of the report replace the engine's own lines until the engine serves.</summary>
    public bool TellsStart => Start is not null || !Serves;
}

internal sealed record UnitRun(int Pid, long StartTicks, string Invocation);

/// <param name="End">The words of systemctl about the unit after it ended.</param>
internal sealed record EngineUnit(string[] Command, Dictionary<string, string> End, UnitRun? Run);

[JsonSerializable(typeof(Report))]
[JsonSerializable(typeof(EngineUnit))]
[JsonSerializable(typeof(WorldSettings))]
[JsonSerializable(typeof(FaultState))]
[JsonSerializable(typeof(Holder))]
[JsonSerializable(typeof(EngineProcess))]
[JsonSerializable(typeof(DriverState))]
internal sealed partial class WorldJson : JsonSerializerContext;
