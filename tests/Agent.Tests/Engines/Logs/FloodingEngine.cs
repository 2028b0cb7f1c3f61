using System.Globalization;
using Agent.Adapters.Files;
using Agent.Adapters.Logs;
using Agent.Adapters.Processes;
using Agent.Configuration.Engines;
using Agent.Engines.Logs;
using Agent.Engines.Runs;
using Agent.ForeignText;

namespace Agent.Tests.Engines.Logs;

/// <summary>A process that prints numbered lines as fast as it can into a file that it has open for appending, and an agent that keeps the file
/// within bounds.</summary>
internal sealed class FloodingEngine : IDisposable
{
    public EngineFolder Folder => new(_folder.Path, _folder.Path);

    public const int PartBytes = 128 * 1024;

    private const int Resume = 18;

    private readonly TemporaryFolder _folder = new();
    private readonly ProcessTable _processes = new();
    private readonly FreeHead _free;
    private readonly EngineLogSettings _settings;
    private readonly int _lines;
    private readonly bool _halts;
    private readonly ProcessId _main;
    private LogFollower _follower = null!;

    /// <param name="lines">In thousands.</param>
    /// <param name="parts">As configured.</param>
    /// <param name="free">Frees the head of a file; null: as the file system does it.</param>
    /// <param name="halts">It halts after every 25 thousand lines until the agent has looked: nothing is printed in the instant of a look.</param>
    public FloodingEngine(int lines, int parts, FreeHead? free = null, bool halts = false)
    {
        (_lines, _halts, _free, _settings) = (lines * 1000, halts, free ?? FileHead.TryFree, new EngineLogSettings(PartBytes, parts, TimeSpan.FromMinutes(6)));
        Log = _folder.File("20261124-100000-000.log");
        var script = string.Create(CultureInfo.InvariantCulture,
            $"i=0; while [ $i -lt {lines} ]; do seq $((i*1000+1)) $((i*1000+1000)); i=$((i+1)); {(halts ? "[ $((i%25)) -ne 0 ] || kill -STOP $$; " : "")}done");
        _main = DetachedProcess.Start(new DetachedStart(CommandLine.Of(["/bin/sh", "-c", script]),
            DetachedStart.InheritedEnvironment(new Dictionary<string, string>()), Log));
        Adopt();
    }

    public string Log { get; }

    public EngineLogBounds Bounds { get; private set; } = null!;

    public EngineLogHold Hold { get; } = new();

    /// <summary>The newest line that was read, when every line before it was read once and in order.</summary>
    public int Seen { get; private set; }

    public bool IsRunning
    {
        get
        {
            _ = DetachedProcess.TryReap(_main.Pid);
            return _processes.IsAlive(_main);
        }
    }

    /// <summary>Another agent, which knows nothing of the one before.</summary>
    public void Adopt()
    {
        _follower = new LogFollower(Log, backlogBytes: int.MaxValue);
        Bounds = new EngineLogBounds(Log, _settings, new EngineLogRoom(Folder, _settings, Hold), _free, TextGate.OfPatterns, TimeProvider.System);
        Seen = 0;
    }

    public async Task LookAsync()
    {
        while (_halts && _processes.State(_main) is { IsHalted: false })
            await Task.Yield();
        if (Bounds.KeepUp(ReadOn(), ReadOn))
            _follower.GoOnAtStart();
        if (_halts)
            _processes.Signal(_main, Resume);
        await Bounds.Moving;
    }

    public async Task LookUntilItEndsAsync()
    {
        while (IsRunning)
            await LookAsync();
        await LookAsync();
    }

    /// <summary>What is there of the log: numbers that follow each other, up to the last one that was printed.</summary>
    public (int First, int Last) Kept()
    {
        using var text = EngineLogText.Open(PlainFolder.Find(_folder.Path)!, Log);
        using var reader = new StreamReader(text);
        var (first, last) = (0, 0);
        while (reader.ReadLine() is { } line)
        {
            var number = int.Parse(line, CultureInfo.InvariantCulture);
            if (first == 0)
                first = number;
            else
                number.ShouldBe(last + 1);
            last = number;
        }

        last.ShouldBe(_lines);
        return (first, last);
    }

    /// <summary>What the log and its parts take on disk, in blocks.</summary>
    public async Task<long> DiskBytesAsync()
    {
        var told = await new ProcessRunner(TimeProvider.System).RunAsync(CommandLine.Of(["stat", "-c", "%b", .. Directory.EnumerateFiles(_folder.Path)]),
            new ProcessLimits(TimeSpan.FromSeconds(10)));
        return told.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Sum(b => 512 * long.Parse(b, CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _processes.Signal(_main, Signals.Kill);
        _folder.Dispose();
    }

    private long ReadOn()
    {
        _follower.ReadNew(line =>
        {
            var number = int.Parse(line, CultureInfo.InvariantCulture);
            if (Seen != 0)
                number.ShouldBe(Seen + 1);
            Seen = number;
        });
        return _follower.Position;
    }
}
