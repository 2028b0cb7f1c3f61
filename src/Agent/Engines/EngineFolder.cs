using System.Globalization;

namespace Agent.Engines;

/// <summary>Where an engine's record and the logs of its runs lie.</summary>
internal sealed class EngineFolder(string path)
{
    private string RunFile => System.IO.Path.Combine(path, "run.json");

    public string Path => path;

    public EngineRun? ReadRun() => EngineRunFile.Read(RunFile);

    public void WriteRun(EngineRun run)
    {
        Create();
        EngineRunFile.Write(RunFile, run);
    }

    public void Create() => Directory.CreateDirectory(path);

    /// <summary>By name the newest is the last.</summary>
    public string NewLogFile(DateTimeOffset at) => System.IO.Path.Combine(path, at.UtcDateTime.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture) + ".log");

    public string? NewestLogFile() => LogFiles() is [var newest, ..] ? newest : null;

    /// <summary>The newest first.</summary>
    public IReadOnlyList<string> LogFiles() => Directory.Exists(path) ? [.. Directory.EnumerateFiles(path, "*.log").OrderDescending(StringComparer.Ordinal)] : [];
}
