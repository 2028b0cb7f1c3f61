using System.Globalization;

namespace Agent.Storage;

/// <summary>
/// One daemon a state folder: two would restart the same engines. The lock goes with the process, so a killed agent leaves
/// none behind.
/// </summary>
internal sealed class StateLock : IDisposable
{
    private readonly FileStream _file;

    private StateLock(FileStream file) => _file = file;

    /// <exception cref="StorageException">Another agent holds the folder, or it cannot be written.</exception>
    public static StateLock Acquire(string stateFolder)
    {
        var path = Path.Combine(stateFolder, "lock");
        try
        {
            Directory.CreateDirectory(stateFolder);
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return new StateLock(file);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new StorageException($"state_folder {stateFolder} cannot be written by this user; check its owner and mode", denied);
        }
        catch (IOException busy) when (File.Exists(path))
        {
            throw new StorageException($"another npu-agent runs on state_folder {stateFolder} ({path} is locked); stop it first, or give this one a folder of its own", busy);
        }
        catch (IOException broken)
        {
            throw new StorageException($"state_folder {stateFolder} cannot be used: {broken.Message}", broken);
        }
    }

    public void Dispose() => _file.Dispose();
}
