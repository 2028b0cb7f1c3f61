using System.Text.Json;
using System.Text.Json.Serialization;

namespace Agent.Engines.Kinds;

/// <summary>
/// What the unit npu-engine@NAME runs: command, environment and log file of one start. It may hold an API key, so it lies on
/// a file system in memory, readable for the agent's user and group, to which the unit's user belongs.
/// </summary>
internal static class LaunchFile
{
    public const string Folder = "/run/npu-agent/engines";

    private const UnixFileMode OwnerAndGroupRead = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    public static string Of(string engine) => Path.Combine(Folder, engine + ".json");

    public static void Write(string path, EngineLaunch launch)
    {
        WriteWhole(path, JsonSerializer.Serialize(launch, LaunchJson.Default.EngineLaunch), OwnerAndGroupRead);
        // The unit may run as another user of the group: what the agent would own alone, the engine could not write to.
        Create(launch.LogFile, OwnerAndGroupRead | UnixFileMode.GroupWrite).Dispose();
    }

    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    /// <exception cref="JsonException">It is none.</exception>
    public static EngineLaunch Read(string path) => JsonSerializer.Deserialize(File.ReadAllText(path), LaunchJson.Default.EngineLaunch)!;

    /// <summary>A file that nobody else may read for a moment, and that is there as a whole or not at all.</summary>
    public static void WriteWhole(string path, string text, UnixFileMode mode)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = path + ".new";
        File.Delete(temporary);
        using (var writer = new StreamWriter(Create(temporary, mode)))
            writer.Write(text);
        File.Move(temporary, path, overwrite: true);
    }

    private static FileStream Create(string path, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
            return new FileStream(path, options);
        options.UnixCreateMode = mode;
        var file = new FileStream(path, options);
        // The mode at creation is cut by the umask.
        File.SetUnixFileMode(file.SafeFileHandle, mode);
        return file;
    }
}

[JsonSerializable(typeof(EngineLaunch))]
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class LaunchJson : JsonSerializerContext;
