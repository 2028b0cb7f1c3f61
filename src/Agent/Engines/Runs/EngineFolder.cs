using System.Globalization;
using Agent.Configuration.Engines;

namespace Agent.Engines.Runs;

/// <summary>The folders of an engine's record and of the logs of its runs.</summary>
/// <param name="path">The folder of the record.</param>
/// <param name="logs">The folder of the logs. An engine that an older agent started still has its log beside the record.</param>
internal sealed class EngineFolder(string path, string logs)
{
    /// <summary>The folder of an engine whose logs lie beside its record.</summary>
    public static EngineFolder Of(EngineSettings engine, string stateFolder, string? logs = null)
    {
        var folder = System.IO.Path.Combine(stateFolder, "engines", engine.Name);
        return new EngineFolder(folder, logs ?? folder);
    }

    private string RunFile => System.IO.Path.Combine(path, "run.json");

    public string Path => path;

    public string Logs => logs;

    /// <summary>
    /// A log is read into evidence, cut and deleted. So a record that names a log elsewhere is
    /// not accepted, whoever wrote it. The engine is then found as if its record had been lost.
    /// </summary>
    public EngineRun? ReadRun() => EngineRunFile.Read(RunFile) is { } run && Owns(run.LogFile) ? run : null;

    public void WriteRun(EngineRun run)
    {
        Create();
        EngineRunFile.Write(RunFile, run);
    }

    public void Create() => Directory.CreateDirectory(path);

    /// <summary>The newest log is the last by name. This holds even if the host's clock was ahead when the previous log was named.</summary>
    public string NewLogFile(DateTimeOffset at)
    {
        var newest = NewestLogFile() is { } last ? TimeIn(last) : null;
        var time = newest >= at.UtcDateTime ? newest.Value.AddMilliseconds(1) : at.UtcDateTime;
        return System.IO.Path.Combine(logs, time.ToString(NameFormat, CultureInfo.InvariantCulture) + ".log");
    }

    public string? NewestLogFile() => LogFiles() is [var newest, ..] ? newest : null;

    /// <summary>The logs, the newest first.</summary>
    public IReadOnlyList<string> LogFiles() =>
        [.. ((string[])[path, logs]).Distinct(StringComparer.Ordinal).Where(Directory.Exists).SelectMany(f => Directory.EnumerateFiles(f, "*.log"))
            .OrderDescending(ByName)];

    /// <summary>Whether a file is one of this engine's logs.</summary>
    public bool Owns(string log) =>
        log.EndsWith(".log", StringComparison.Ordinal) && System.IO.Path.GetDirectoryName(log) is { } folder && (folder == path || folder == logs);

    private const string NameFormat = "yyyyMMdd-HHmmss-fff";

    private static DateTime? TimeIn(string log) =>
        DateTime.TryParseExact(System.IO.Path.GetFileNameWithoutExtension(log), NameFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : null;

    private static readonly Comparer<string> ByName =
        Comparer<string>.Create((a, b) => string.CompareOrdinal(System.IO.Path.GetFileName(a), System.IO.Path.GetFileName(b)));
}
