namespace Agent.Engines.Logs;

/// <summary>One file for each run, with its parts beside it.</summary>
internal static class EngineLogFiles
{
    public static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
