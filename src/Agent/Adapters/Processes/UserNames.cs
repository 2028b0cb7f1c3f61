using System.Runtime.InteropServices;

namespace Agent.Adapters.Processes;

/// <summary>What the system calls a user: its files, and directories such as LDAP where the host has them.</summary>
internal static unsafe partial class UserNames
{
    private const int EntrySize = 64 * 1024;

    /// <returns>Null when the number has no name, or the system does not say it.</returns>
    public static string? Of(uint user)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        // The name is the first member of struct passwd; 128 bytes hold it on every processor.
        var entry = stackalloc nint[16];
        var texts = new byte[EntrySize];
        fixed (byte* buffer = texts)
        {
            return PasswordEntry(user, entry, buffer, EntrySize, out var found) == 0 && found != 0 ? Marshal.PtrToStringUTF8(entry[0]) : null;
        }
    }

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    private static partial int PasswordEntry(uint user, nint* entry, byte* buffer, nuint size, out nint found);
}
