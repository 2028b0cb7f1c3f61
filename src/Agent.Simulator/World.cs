using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Agent.Simulator;

/// <summary>
/// The state of the simulated host, in files of one folder that all its programs share. Changes go through a lock file and
/// are written whole; a program that was killed leaves nothing half-done.
/// </summary>
internal sealed class World(string folder)
{
    private const string FolderVariable = "SIMULATED_HOST";
    private static readonly TimeSpan DriverRestart = TimeSpan.FromSeconds(4);

    public string Folder => folder;

    public string Bin => Path.Combine(folder, "bin");

    public string DeviceLogs => Path.Combine(folder, "device-logs");

    public WorldSettings Settings => Read("world.json", WorldJson.Default.WorldSettings) ?? throw new InvalidOperationException($"{folder} is no simulated host; make one with `simulator up --world {folder}`");

    public static (World World, string[] Words) FromArguments(string[] arguments)
    {
        var at = Array.IndexOf(arguments, "--world");
        if (at >= 0 && at + 1 < arguments.Length)
            return (new World(Path.GetFullPath(arguments[at + 1])), [.. arguments[..at], .. arguments[(at + 2)..]]);
        return (new World(Path.GetFullPath(Environment.GetEnvironmentVariable(FolderVariable) ?? "simulated-host")), arguments);
    }

    public void Create(WorldSettings settings)
    {
        foreach (var part in (string[])["bin", "faults", "holders", "engines", "device-logs"])
            Directory.CreateDirectory(Path.Combine(folder, part));
        Write("world.json", settings, WorldJson.Default.WorldSettings);
        Write("driver.json", new DriverState(null, false), WorldJson.Default.DriverState);
        DeviceLogFiles.Create(DeviceLogs, settings.Chips);
    }

    /// <summary>Simulated time runs faster at a higher pace.</summary>
    public TimeSpan Pace(double seconds) => TimeSpan.FromSeconds(seconds / Settings.Pace);

    public void LogCall(string program, IEnumerable<string> arguments) =>
        File.AppendAllText(
            Path.Combine(folder, "calls.log"),
            string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ}\t{program}\t{string.Join('\t', arguments)}\n"));

    // Faults

    public void Break(string name, int? npu) => Write($"faults/{name}.json", new FaultState(npu, DateTimeOffset.UtcNow), WorldJson.Default.FaultState);

    public void Heal(string name) => File.Delete(Path.Combine(folder, "faults", name + ".json"));

    public IEnumerable<string> Faults => Directory.EnumerateFiles(Path.Combine(folder, "faults"), "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal);

    public FaultState? Fault(string name) => Read($"faults/{name}.json", WorldJson.Default.FaultState);

    /// <summary>A fault of a single moment: it hits what was running then.</summary>
    public bool Hit(string name, DateTimeOffset startedAt) => Fault(name) is { } fault && fault.At > startedAt;

    // Chips

    public bool IsLost(int chip) =>
        Fault("chips-unavailable") is { } fault && (fault.Npu is { } one ? one == chip : chip < 2);

    public bool IsAlarming(int chip) => Fault("chip-alarm") is { } fault && (fault.Npu ?? 0) == chip;

    public IEnumerable<int> Chips => Enumerable.Range(0, Settings.Chips).Where(c => !IsLost(c));

    public void Hold(int chip, int megabytes, string name)
    {
        var me = Processes.Self();
        Write($"holders/{me.Pid}-{chip}.json", new Holder(me.Pid, me.StartTicks, chip, megabytes, name), WorldJson.Default.Holder);
    }

    /// <summary>Processes that hold chip memory: only while they live.</summary>
    public List<Holder> Holders()
    {
        List<Holder> holders = [];
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "holders"), "*.json"))
        {
            if (Read("holders/" + Path.GetFileName(file), WorldJson.Default.Holder) is not { } holder)
                continue;
            if (Processes.IsAlive(holder.Pid, holder.StartTicks))
            {
                holders.Add(holder);
                continue;
            }

            if (Fault("memory-held") is not null)
                Write($"held-{holder.Chip}.json", holder, WorldJson.Default.Holder);
            File.Delete(file);
        }

        return holders;
    }

    /// <summary>Memory that nobody on the list holds, until a reset.</summary>
    public int Leaked(int chip) => Fault("memory-held") is not null && Read($"held-{chip}.json", WorldJson.Default.Holder) is { } holder ? holder.Megabytes : 0;

    // Driver

    public bool DriverIsDown => DriverNow() is { RestartUntil: not null } or { Failed: true } || Fault("driver-down") is not null;

    public DriverState DriverNow()
    {
        using var guard = Lock();
        var state = Read("driver.json", WorldJson.Default.DriverState) ?? new DriverState(null, false);
        if (state.RestartUntil is not { } until || DateTimeOffset.UtcNow < until)
            return state;

        // The job goes on without the systemctl that asked for it: whoever looks next sees it done.
        var failed = Fault("driver-restart-fails") is not null;
        if (!failed)
            ClearFaults("chips-unavailable", "driver-down", "chip-alarm", "memory-held");
        state = new DriverState(null, failed);
        Write("driver.json", state, WorldJson.Default.DriverState);
        return state;
    }

    public void BeginDriverRestart()
    {
        using var guard = Lock();
        DeviceLogFiles.Wipe(DeviceLogs);
        Write("driver.json", new DriverState(DateTimeOffset.UtcNow + Pace(DriverRestart.TotalSeconds), false), WorldJson.Default.DriverState);
    }

    public void ResetChips()
    {
        using var guard = Lock();
        DeviceLogFiles.Wipe(DeviceLogs);
        if (Fault("reset-lies") is null)
            ClearFaults("chip-alarm", "memory-held");
    }

    // Engines

    public void RegisterEngine(int port)
    {
        var me = Processes.Self();
        Write($"engines/{me.Pid}.json", new EngineProcess(me.Pid, me.StartTicks, port), WorldJson.Default.EngineProcess);
    }

    public IEnumerable<EngineProcess> Engines() => Directory.EnumerateFiles(Path.Combine(folder, "engines"), "*.json")
        .Select(f => Read("engines/" + Path.GetFileName(f), WorldJson.Default.EngineProcess))
        .OfType<EngineProcess>()
        .Where(e => Processes.IsAlive(e.Pid, e.StartTicks));

    private void ClearFaults(params string[] names)
    {
        foreach (var name in names)
            Heal(name);
    }

    private FileStream Lock()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < 500)
            {
                Thread.Sleep(10);
            }
        }
    }

    private T? Read<T>(string name, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(Path.Combine(folder, name)), type);
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private void Write<T>(string name, T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        var temporary = Path.Combine(folder, $".{Environment.ProcessId}-{Guid.NewGuid():N}");
        File.WriteAllText(temporary, JsonSerializer.Serialize(value, type));
        File.Move(temporary, Path.Combine(folder, name), overwrite: true);
    }
}

internal sealed record WorldSettings(string Profile, int Chips, double Pace);

internal sealed record FaultState(int? Npu, DateTimeOffset At);

internal sealed record Holder(int Pid, long StartTicks, int Chip, int Megabytes, string Name);

internal sealed record EngineProcess(int Pid, long StartTicks, int Port);

internal sealed record DriverState(DateTimeOffset? RestartUntil, bool Failed);

[JsonSerializable(typeof(WorldSettings))]
[JsonSerializable(typeof(FaultState))]
[JsonSerializable(typeof(Holder))]
[JsonSerializable(typeof(EngineProcess))]
[JsonSerializable(typeof(DriverState))]
internal sealed partial class WorldJson : JsonSerializerContext;
