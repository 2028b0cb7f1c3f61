namespace Agent.Adapters.Kernel;

/// <summary>version.info of a package of the vendor: one line of it is <c>Version=25.2.0</c>.</summary>
internal static class VersionFile
{
    private const string Key = "Version=";

    /// <summary>The firmware is a package beside the driver's.</summary>
    public static string OfFirmware(string ofDriver) =>
        Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(ofDriver)) ?? "/", "firmware", Path.GetFileName(ofDriver));

    /// <summary>Null: it cannot be read, or says nothing.</summary>
    public static string? Read(string path)
    {
        try
        {
            return File.ReadLines(path).Where(l => l.StartsWith(Key, StringComparison.Ordinal)).Select(l => l[Key.Length..].Trim()).FirstOrDefault();
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
