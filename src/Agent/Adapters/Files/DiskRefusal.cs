namespace Agent.Adapters.Files;

/// <summary>Why a disk takes nothing. This is a trouble of the host, no matter which program wanted to write.</summary>
internal enum DiskRefusal
{
    /// <summary>No room, no inode, or a quota that is used up.</summary>
    Full,

    ReadOnly,

    /// <summary>The disk reports errors.</summary>
    Failing,
}

/// <summary>Tells the disk's own refusals from those of names and rights.</summary>
internal static class DiskRefusals
{
    // EIO, ENOSPC, EROFS and EDQUOT of Linux; ERROR_WRITE_PROTECT, ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL and ERROR_IO_DEVICE of Windows.
    private const int Failing = 5;
    private const int NoRoom = 28;
    private const int ReadOnly = 30;
    private const int QuotaSpent = 122;
    private const int WindowsReadOnly = 19;
    private const int WindowsHandleFull = 39;
    private const int WindowsFull = 112;
    private const int WindowsFailing = 1117;

    /// <returns>Null when something else is wrong.</returns>
    public static DiskRefusal? Of(Exception refused) => refused is not IOException ? null
        : OperatingSystem.IsWindows() ? OfWindows(refused.HResult & 0xFFFF) : OfLinux(refused.HResult);

    private static DiskRefusal? OfLinux(int error) => error switch
    {
        NoRoom or QuotaSpent => DiskRefusal.Full,
        ReadOnly => DiskRefusal.ReadOnly,
        Failing => DiskRefusal.Failing,
        _ => null,
    };

    private static DiskRefusal? OfWindows(int error) => error switch
    {
        WindowsHandleFull or WindowsFull => DiskRefusal.Full,
        WindowsReadOnly => DiskRefusal.ReadOnly,
        WindowsFailing => DiskRefusal.Failing,
        _ => null,
    };

    /// <summary>Tries to write into a folder, with a file of its own that is removed again.</summary>
    /// <returns>Null when the disk takes the bytes.</returns>
    public static DiskRefusal? Try(string folder)
    {
        var path = Path.Combine(folder, $".room-{Environment.ProcessId}");
        try
        {
            File.WriteAllBytes(path, new byte[4096]);
            return null;
        }
        catch (IOException refused)
        {
            return Of(refused);
        }
        finally
        {
            TryDelete(path);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The file was not made either.
        }
    }
}
