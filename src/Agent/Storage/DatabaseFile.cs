using Agent.Adapters.Files;

namespace Agent.Storage;

/// <summary>Looks at the place of the database before SQLite is asked.</summary>
internal static class DatabaseFile
{
    public static string In(string stateFolder) => Path.Combine(stateFolder, "npu-agent.db");

    /// <summary>The identity of the file, independent of its name; null when it cannot be told.</summary>
    public static FileIdentity? IdentityOf(string path) => OperatingSystem.IsWindows() ? null : FileLook.At(path)?.Identity;

    /// <summary>
    /// SQLite gives the same error for every file that it cannot open. A reader needs the right to write, too: it writes the index of the write-ahead
    /// log.
    /// </summary>
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

    /// <summary>A file in a folder that is closed to this user does not count as missing.</summary>
    /// <exception cref="StorageException">The agent cannot tell whether the file is there.</exception>
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

    /// <summary>A pipe is refused, because a read of it would wait without end.</summary>
    public static void RefuseOther(string path)
    {
        if (!OperatingSystem.IsWindows() && FileLook.At(path) is { Kind: FileKind.Other or FileKind.Socket })
            throw new StorageException($"the database {path} is no regular file but a pipe, a socket or a device; move it away");
    }
}
