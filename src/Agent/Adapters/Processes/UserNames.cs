using System.Runtime.InteropServices;

namespace Agent.Adapters.Processes;

/// <summary>The names of users and groups on this system: from its files, and from directories such as LDAP if the host has them.</summary>
internal static unsafe partial class UserNames
{
    private const int EntrySize = 64 * 1024;

    /// <returns>Null when the number has no name, or the system does not tell it.</returns>
    public static string? Of(uint user) => NameOf(user, &PasswordEntry);

    /// <returns>As <see cref="Of"/>, for a group.</returns>
    public static string? OfGroup(uint group) => NameOf(group, &GroupEntry);

    private static string? NameOf(uint number, delegate*<uint, nint*, byte*, nuint, out nint, int> find)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        // The name is the first member of struct passwd and of struct group; 128 bytes hold either on every processor.
        var entry = stackalloc nint[16];
        var texts = new byte[EntrySize];
        fixed (byte* buffer = texts)
        {
            return find(number, entry, buffer, EntrySize, out var found) == 0 && found != 0 ? Marshal.PtrToStringUTF8(entry[0]) : null;
        }
    }

    [LibraryImport("libc", EntryPoint = "getgrgid_r")]
    private static partial int GroupEntry(uint group, nint* entry, byte* buffer, nuint size, out nint found);

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    private static partial int PasswordEntry(uint user, nint* entry, byte* buffer, nuint size, out nint found);
}
