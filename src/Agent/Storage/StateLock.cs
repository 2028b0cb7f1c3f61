using System.Globalization;
using Agent.Adapters.Files;

namespace Agent.Storage;

/// <summary>
/// Allows one daemon a state folder, because two would restart the same engines. The lock ends with the process, so a killed agent leaves no lock
/// behind.
/// </summary>
internal sealed class StateLock : IDisposable
{
    // EWOULDBLOCK of flock, by which .NET does FileShare.None on Linux; on Windows, the sharing violation.
    private const int WouldBlock = 11;
    private const int SharingViolation = unchecked((int)0x80070020);

    private const string Name = "lock";

    private readonly FileStream _file;

    private StateLock(FileStream file) => _file = file;

    /// <exception cref="StorageException">Another agent holds the folder, or it cannot be written.</exception>
    public static StateLock Acquire(string stateFolder)
    {
        var path = Path.Combine(stateFolder, Name);
        try
        {
            Directory.CreateDirectory(stateFolder);
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            try
            {
                // The file is only for the message of another agent. On a full disk the lock holds without it.
                WholeFile.WriteLearned(PidPath(stateFolder), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
                return new StateLock(file);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new StorageException($"state_folder {stateFolder}: {AccessRefusal.Of(stateFolder, "write")}", denied);
        }
        catch (IOException busy) when (busy.HResult is WouldBlock or SharingViolation)
        {
            throw new StorageException($"another npu-agent ({Holder(stateFolder)}) runs on state_folder {stateFolder}; stop it first, or give this one a "
                + $"folder of its own", busy);
        }
        catch (IOException broken)
        {
            throw new StorageException($"state_folder {stateFolder} cannot be used: {broken.Message}", broken);
        }
    }

    /// <summary>Whether an agent holds or held this folder.</summary>
    public static bool IsThere(string stateFolder) => File.Exists(Path.Combine(stateFolder, Name));

    public void Dispose() => _file.Dispose();

    // The number lies beside the lock, not in it: another process cannot open a locked file to read it.
    private static string PidPath(string stateFolder) => Path.Combine(stateFolder, "pid");

    /// <summary>These words are for people; only the lock itself counts.</summary>
    private static string Holder(string stateFolder)
    {
        try
        {
            return int.TryParse(File.ReadAllText(PidPath(stateFolder)), CultureInfo.InvariantCulture, out var pid) ? $"pid {pid}" : "pid unknown";
        }
        catch (IOException)
        {
            return "pid unknown";
        }
    }
}
