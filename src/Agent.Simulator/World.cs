using System.Globalization;

namespace Agent.Simulator;

/// <summary>
/// The state of the simulated host, in files of one folder that all its programs share. No process remembers anything: every look shows the present
/// truth, and a killed program leaves nothing half-done.
/// </summary>
internal sealed class World
{
    private const string FolderVariable = "SIMULATED_HOST";

    private readonly WorldFiles _files;
    private readonly Lazy<WorldSettings> _settings;

    public World(string folder)
    {
        Folder = folder;
        _files = new WorldFiles(folder);
        _settings = new(() => _files.Read("world.json", WorldJson.Default.WorldSettings)
            ?? throw new WorldException($"{folder} is no simulated host; make one with `simulator up --world {folder}`, or name another by --world DIR or "
                + $"{FolderVariable}"));
        Faults = new WorldFaults(this, _files);
        Memory = new ChipMemory(this, _files);
        Driver = new DriverUnit(this, _files);
    }

    public string Folder { get; }

    public string Bin => _files.Path("bin");

    public string DeviceLogs => _files.Path("device-logs");

    public bool Exists => File.Exists(_files.Path("world.json"));

    public DateTimeOffset MadeAt => new(File.GetLastWriteTimeUtc(_files.Path("world.json")));

    public WorldSettings Settings => _settings.Value;

    /// <summary>The report that engines of this host play; null: none.</summary>
    public Report? Report
    {
        get => _files.Read("report.json", WorldJson.Default.Report);
        set => _files.Write("report.json", value!, WorldJson.Default.Report);
    }

    public WorldFaults Faults { get; }

    public ChipMemory Memory { get; }

    public DriverUnit Driver { get; }

    /// <summary>The chips that npu-smi lists now. A card is a chip on these boards.</summary>
    public IEnumerable<int> Chips => Enumerable.Range(0, Settings.Chips).Where(c => !Faults.Hits("chips-unavailable", c));

    public static (World World, string[] Words) FromArguments(string[] arguments)
    {
        // The first --world counts: the wrappers put it in front. All later words belong to the program that they stand for.
        var at = Array.IndexOf(arguments, "--world");
        if (at >= 0 && at + 1 < arguments.Length)
            return (new World(Path.GetFullPath(arguments[at + 1])), [.. arguments[..at], .. arguments[(at + 2)..]]);
        return (new World(Path.GetFullPath(Environment.GetEnvironmentVariable(FolderVariable) ?? "simulated-host")), arguments);
    }

    public void Create(WorldSettings settings)
    {
        foreach (var part in (string[])["bin", "faults", "holders", "engines", "busy", "device-logs"])
            Directory.CreateDirectory(_files.Path(part));
        DeviceLogFiles.Create(DeviceLogs, settings.Chips);
        _files.Write("driver.json", new DriverState(null, false, false, DateTimeOffset.UtcNow), WorldJson.Default.DriverState);
        _files.Write("world.json", settings, WorldJson.Default.WorldSettings);
    }

    /// <summary>Simulated time runs faster at a higher pace.</summary>
    public TimeSpan Pace(double seconds) => TimeSpan.FromSeconds(seconds / Settings.Pace);

    public void LogCall(string program, IEnumerable<string> arguments)
    {
        _ = Settings;
        // An append remembers where the file ended. Of two programs that append at once, one would overwrite the line of the other.
        using var guard = _files.Lock();
        File.AppendAllText(
            _files.Path("calls.log"),
            string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ}\t{program}\t{string.Join('\t', arguments)}\n"));
    }

    /// <summary>The simulator's own record of when the API of an engine served.</summary>
    public void LogService(int port, bool serves)
    {
        using var guard = _files.Lock();
        File.AppendAllText(
            _files.Path("service.log"),
            string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ}\t{port}\t{(serves ? "serves" : "ends")}\n"));
    }

    /// <summary>The reset of one chip on a board with linked chips (HCCS): all of them are reset.</summary>
    public void ResetChips()
    {
        using var guard = _files.Lock();
        DeviceLogFiles.Wipe(DeviceLogs);
        foreach (var cured in (string[])["chip-alarm", "chip-warning", "memory-held", "ecc-uncorrectable"])
            Faults.Heal(cured);
    }

    /// <summary>A lock that a tool for one caller at a time holds while it works; null when another caller holds it.</summary>
    public FileStream? TryHold(string name)
    {
        try
        {
            return new FileStream(_files.Path(name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    // Engines

    public void RegisterEngine(int port, int[] npus)
    {
        var me = Processes.Self();
        _files.Write($"engines/{me.Pid}.json", new EngineProcess(me.Pid, me.StartTicks, port, npus), WorldJson.Default.EngineProcess);
    }

    public List<EngineProcess> Engines() =>
        [.. _files.Names("engines").Select(f => _files.Read(f, WorldJson.Default.EngineProcess)).OfType<EngineProcess>()
            .Where(e => Processes.IsAlive(e.Pid, e.StartTicks))];

    /// <summary>The engine's chips work now; at full load while they read a long prompt.</summary>
    public void Compute(int chip, bool full)
    {
        // The times of the files carry the message.
        Touch(_files.Path($"busy/{chip}"));
        if (full)
            Touch(_files.Path($"busy/{chip}.full"));
    }

    /// <summary>AI-core load in percent.</summary>
    public int Load(int chip) => IsNew($"busy/{chip}.full") ? 98 : IsNew($"busy/{chip}") ? 25 : 0;

    private bool IsNew(string file) => DateTime.UtcNow - File.GetLastWriteTimeUtc(_files.Path(file)) < TimeSpan.FromSeconds(1.5);

    private static void Touch(string file)
    {
        // The first process makes the file. A process may not set the time of another user's file, but it may replace the file.
        try
        {
            if (File.Exists(file))
            {
                File.SetLastWriteTimeUtc(file, DateTime.UtcNow);
                return;
            }
        }
        catch (UnauthorizedAccessException)
        {
            File.Delete(file);
        }

        File.WriteAllText(file, "");
    }
}
