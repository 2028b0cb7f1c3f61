using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Agent.Adapters.Processes;

/// <summary>
/// Root becomes another user, with all threads and for good. Afterwards the kernel refuses everything that this user may not do, on every path. Not
/// for Windows.
/// </summary>
internal static partial class UserChange
{
    private const uint Unchanged = uint.MaxValue;
    private const int ReadWriteNotMine = 0x2 | 0x100 | 0x80000;
    private const nuint GiveUpTerminal = 0x5422;

    // _LINUX_CAPABILITY_VERSION_3: two words of each set.
    private const uint CapabilitiesVersion = 0x20080522;

    // Variables of root's session: folders that the other user may not enter, and addresses of root's own services.
    private static readonly string[] OfRoot = ["TMPDIR", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME",
        "DBUS_SESSION_BUS_ADDRESS", "MAIL"];

    /// <summary>This process was root, and root still chose what it runs with: its PATH and its working folder.</summary>
    public static bool IsDone { get; private set; }

    /// <returns>Null, or why the change failed. Then the process must not go on, because it may still be half root.</returns>
    public static string? Become(Account account)
    {
        LeaveTerminal();
        IsDone = true;
        if ((account.Name is { } name ? InitGroups(name, account.Group) : SetGroups(0, [])) != 0)
            return Refused("groups");
        if (SetGroup(account.Group, account.Group, account.Group) != 0)
            return Refused("group");
        if (SetUser(account.User, account.User, account.User) != 0)
            return Refused("user");
        if (SetUser(Unchanged, 0, Unchanged) == 0 || SetGroup(Unchanged, 0, Unchanged) == 0 || HasCapabilities())
            return $"this process became {account}, but could still become root again, so it stops";
        foreach (var variable in OfRoot)
            Environment.SetEnvironmentVariable(variable, null);
        Environment.SetEnvironmentVariable("HOME", account.Home ?? "/");
        Environment.SetEnvironmentVariable("USER", account.Name);
        Environment.SetEnvironmentVariable("LOGNAME", account.Name);
        return null;

        string Refused(string what) => $"{what} of {account} could not be taken: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}";
    }

    /// <summary>
    /// Other processes of that user may trace the programs that this process starts. Through /dev/tty they could then type into the shell of root
    /// behind it. A session leader keeps its terminal: no shell reads there after it.
    /// </summary>
    private static void LeaveTerminal()
    {
        if (Session(0) == Environment.ProcessId)
            return;
        var terminal = Open("/dev/tty", ReadWriteNotMine);
        if (terminal < 0)
            return;
        _ = Control(terminal, GiveUpTerminal, 0);
        _ = Close(terminal);
    }

    /// <summary>
    /// The kernel itself is asked, because /proc may not be mounted while packages are installed. Ambient capabilities are among the permitted ones.
    /// </summary>
    private static unsafe bool HasCapabilities()
    {
        var header = stackalloc uint[] { CapabilitiesVersion, 0 };
        var sets = stackalloc CapabilitySet[2];
        return GetCapabilities(header, sets) != 0 || (sets[0].Effective | sets[0].Permitted | sets[1].Effective | sets[1].Permitted) != 0;
    }

    [LibraryImport("libc", EntryPoint = "initgroups", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int InitGroups(string user, uint group);

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    private static partial int SetGroups(nuint count, uint[] groups);

    [LibraryImport("libc", EntryPoint = "setresgid", SetLastError = true)]
    private static partial int SetGroup(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "setresuid", SetLastError = true)]
    private static partial int SetUser(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "getsid")]
    private static partial int Session(int process);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int file, nuint request, nint argument);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "capget")]
    private static unsafe partial int GetCapabilities(uint* header, CapabilitySet* sets);

    /// <summary>struct __user_cap_data_struct.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct CapabilitySet
    {
        public uint Effective;
        public uint Permitted;
        public uint Inheritable;
    }
}
