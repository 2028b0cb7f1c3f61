using System.Runtime.InteropServices;

namespace Agent.Adapters.Processes;

/// <summary>A user of this host.</summary>
/// <param name="Name">Null when the number has no entry, as in a container. Then the user has no groups and no home either.</param>
internal sealed unsafe partial record Account(uint User, uint Group, string? Name, string? Home)
{
    // struct passwd of glibc on 64 bits: name, password, uid, gid, gecos, home, shell.
    private const int EntrySize = 48;
    private const int GroupAt = 20;
    private const int HomeAt = 32;
    private const int TextSize = 16 * 1024;

    /// <param name="user">The number of the user.</param>
    /// <param name="group">The group for a user without an entry.</param>
    public static Account Of(uint user, uint group)
    {
        var entry = stackalloc byte[EntrySize];
        var text = new byte[TextSize];
        byte* found;
        fixed (byte* into = text)
        {
            return Find(user, entry, into, TextSize, &found) == 0 && found != null
                ? new Account(user, *(uint*)(entry + GroupAt), Marshal.PtrToStringUTF8(*(nint*)entry), Marshal.PtrToStringUTF8(*(nint*)(entry + HomeAt)))
                : new Account(user, group, null, null);
        }
    }

    public override string ToString() => Name ?? $"user {User}";

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    private static partial int Find(uint user, byte* entry, byte* text, nuint size, byte** found);
}
