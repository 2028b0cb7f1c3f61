using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters.Files;

namespace Agent.Engines.Kinds;

/// <summary>
/// The start that the unit npu-engine@NAME runs: command, environment and log file. It may hold an API key. So
/// it lies on a file system in memory. The agent may write it, and the group of the engine's user may read it.
/// </summary>
internal static class LaunchFile
{
    private const UnixFileMode OwnerAndGroupRead = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(OwnUnit unit, EngineLaunch launch)
    {
        if (unit.Missing() is { } missing)
            throw new IOException(missing);
        unit.MakeLogFolder();
        // The agent makes the log file. The engine may only write to it.
        Create(launch.LogFile, OwnerAndGroupRead | UnixFileMode.GroupWrite).Dispose();
        WholeFile.Write(unit.LaunchFile, JsonSerializer.Serialize(launch, LaunchJson.Default.EngineLaunch), OwnerAndGroupRead);
    }

    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    /// <exception cref="JsonException">It holds no start of an engine.</exception>
    public static EngineLaunch Read(string path) => JsonSerializer.Deserialize(File.ReadAllText(path), LaunchJson.Default.EngineLaunch)!;

    /// <returns>Null when there is none that can be read.</returns>
    public static EngineLaunch? TryRead(string path)
    {
        try
        {
            return Read(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static FileStream Create(string path, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
            return new FileStream(path, options);
        options.UnixCreateMode = mode;
        var file = new FileStream(path, options);
        // The umask removes bits of the mode at creation.
        File.SetUnixFileMode(file.SafeFileHandle, mode);
        return file;
    }
}

[JsonSerializable(typeof(EngineLaunch))]
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class LaunchJson : JsonSerializerContext;
