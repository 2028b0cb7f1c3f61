using System.Globalization;
using Agent.Configuration.Engines;

namespace Agent.Engines;

/// <summary>Where an engine's record and the logs of its runs lie.</summary>
/// <param name="path">The folder of the record.</param>
/// <param name="logs">That of the logs. One that an older agent started has its log beside the record still.</param>
internal sealed class EngineFolder(string path, string logs)
{
    /// <summary>Of an engine whose logs lie beside its record.</summary>
    public static EngineFolder Of(EngineSettings engine, string stateFolder, string? logs = null)
    {
        var folder = System.IO.Path.Combine(stateFolder, "engines", engine.Name);
        return new EngineFolder(folder, logs ?? folder);
    }

    private string RunFile => System.IO.Path.Combine(path, "run.json");

    public string Path => path;

    public string Logs => logs;

    /// <summary>
    /// A log is read into evidence, cut and deleted. So a record that names one elsewhere is none, whoever wrote it; the engine is
    /// then found as if it had been lost.
    /// </summary>
    public EngineRun? ReadRun() => EngineRunFile.Read(RunFile) is { } run && Owns(run.LogFile) ? run : null;

    public void WriteRun(EngineRun run)
    {
        Create();
        EngineRunFile.Write(RunFile, run);
    }

    public void Create() => Directory.CreateDirectory(path);

    /// <summary>By name the newest is the last, also where the host's clock was ahead when the last one was named.</summary>
    public string NewLogFile(DateTimeOffset at)
    {
        var newest = NewestLogFile() is { } last ? TimeIn(last) : null;
        var time = newest >= at.UtcDateTime ? newest.Value.AddMilliseconds(1) : at.UtcDateTime;
        return System.IO.Path.Combine(logs, time.ToString(NameFormat, CultureInfo.InvariantCulture) + ".log");
    }

    public string? NewestLogFile() => LogFiles() is [var newest, ..] ? newest : null;

    /// <summary>The newest first.</summary>
    public IReadOnlyList<string> LogFiles() =>
        [.. ((string[])[path, logs]).Distinct(StringComparer.Ordinal).Where(Directory.Exists).SelectMany(f => Directory.EnumerateFiles(f, "*.log")).OrderDescending(ByName)];

    /// <summary>Whether a file is a log of this engine's.</summary>
    public bool Owns(string log) =>
        log.EndsWith(".log", StringComparison.Ordinal) && System.IO.Path.GetDirectoryName(log) is { } folder && (folder == path || folder == logs);

    private const string NameFormat = "yyyyMMdd-HHmmss-fff";

    private static DateTime? TimeIn(string log) =>
        DateTime.TryParseExact(System.IO.Path.GetFileNameWithoutExtension(log), NameFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : null;

    private static readonly Comparer<string> ByName = Comparer<string>.Create((a, b) => string.CompareOrdinal(System.IO.Path.GetFileName(a), System.IO.Path.GetFileName(b)));
}
