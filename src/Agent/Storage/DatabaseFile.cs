using Agent.Adapters.Files;

namespace Agent.Storage;

/// <summary>What lies where the database belongs, before SQLite is asked.</summary>
internal static class DatabaseFile
{
    public static string In(string stateFolder) => Path.Combine(stateFolder, "npu-agent.db");

    /// <summary>Which file it is, whatever its name; null where it cannot be told.</summary>
    public static FileIdentity? IdentityOf(string path) => OperatingSystem.IsWindows() ? null : FileLook.At(path)?.Identity;

    /// <summary>SQLite says the same of whatever it cannot open. Who reads writes too: into the index of the write-ahead log.</summary>
    public static bool IsClosed(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return false;
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            return refused is UnauthorizedAccessException && !Directory.Exists(path);
        }
    }

    /// <summary>What is in a folder that is closed to this user is not missing.</summary>
    /// <exception cref="StorageException">It cannot be told.</exception>
    public static bool IsThere(string stateFolder)
    {
        try
        {
            _ = File.GetAttributes(In(stateFolder));
            return true;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (UnauthorizedAccessException closed)
        {
            throw new StorageException($"state_folder {stateFolder}: {AccessRefusal.Of(stateFolder, "read")}", closed);
        }
        catch (IOException broken)
        {
            throw new StorageException($"state_folder {stateFolder} cannot be used: {broken.Message}", broken);
        }
    }

    /// <summary>A pipe would be waited for without end.</summary>
    public static void RefuseOther(string path)
    {
        if (!OperatingSystem.IsWindows() && FileLook.At(path) is { Kind: FileKind.Other or FileKind.Socket })
            throw new StorageException($"the database {path} is no regular file but a pipe, a socket or a device; move it away");
    }
}
