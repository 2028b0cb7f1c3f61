using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Agent.Adapters.Processes;

/// <summary>
/// The facts that <see cref="ProcessTable"/> reads in /proc, read from Windows. Command line and environment stand in the process's own memory (PEB
/// and RTL_USER_PROCESS_PARAMETERS, winternl.h). The offsets are those of 64-bit Windows 8 and later, the same on x64 and ARM64. Processes of another
/// user cannot be read.
/// </summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class WindowsProcesses
{
    private const uint MayQuery = 0x1000;
    private const uint MayReadMemory = 0x10;
    private const uint MayTerminate = 0x1;
    private const uint MayWait = 0x100000;
    private const uint MayQueryToken = 0x8;
    private const int UserOfToken = 1;
    private const uint Ended = 0;
    private const uint Runs = 258;

    private const int ParametersOfBlock = 0x20;
    private const int CommandLineOfParameters = 0x70;
    private const int EnvironmentOfParameters = 0x80;
    private const int EnvironmentSizeOfParameters = 0x3F0;
    private const int GroupOfParameters = 0x408;
    private const int LongestEnvironment = 1024 * 1024;

    public static IEnumerable<int> Ids()
    {
        foreach (var process in Process.GetProcesses())
        {
            using (process)
                yield return process.Id;
        }
    }

    /// <summary>The start is in 100 ns since 1601. It is not ticks since boot, but it never comes again either.</summary>
    public static ProcessEntry? Read(int pid)
    {
        using var process = Open(pid, MayQuery | MayWait);
        if (process.IsInvalid || !TimesOf(process, out var started, out _, out _, out _) || Basics(process) is not { } basics)
            return null;
        // The object of a process that ended stays as long as somebody has a handle, like the entry of a zombie.
        var state = WaitFor(process, 0) == Runs ? 'R' : 'Z';
        return new ProcessEntry(new ProcessId(pid, started), (int)basics.ParentPid, SessionId: GroupOf(pid), state, NameOf(process), "");
    }

    /// <summary>
    /// The number of a process group is that of the process that began it. Its children stay in the group, as in a session of Linux.
    /// </summary>
    private static int GroupOf(int pid)
    {
        using var process = Open(pid, MayQuery | MayReadMemory);
        return Parameters(process) is { } parameters ? Read<int>(process, parameters + GroupOfParameters) ?? 0 : 0;
    }

    public static string CommandLine(int pid)
    {
        using var process = Open(pid, MayQuery | MayReadMemory);
        if (Parameters(process) is not { } parameters || Read<UnicodeString>(process, parameters + CommandLineOfParameters) is not { } line)
            return "";
        return ReadBytes(process, line.Text, line.Bytes) is { } text ? Encoding.Unicode.GetString(text) : "";
    }

    /// <summary>As in /proc/PID/environ: NAME=VALUE, each ended by a zero.</summary>
    public static byte[]? Environment(int pid)
    {
        using var process = Open(pid, MayQuery | MayReadMemory);
        if (Parameters(process) is not { } parameters
            || Read<nint>(process, parameters + EnvironmentOfParameters) is not { } at
            || Read<nint>(process, parameters + EnvironmentSizeOfParameters) is not (> 0 and <= LongestEnvironment and var size))
            return null;
        return ReadBytes(process, at, (int)size) is { } text ? Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(text).TrimEnd('\0') + '\0') : null;
    }

    /// <summary>Whether a process runs as the user of this process; null when it is gone or does not tell.</summary>
    public static bool? IsOwn(int pid)
    {
        using var process = Open(pid, MayQuery);
        return UserOf(process) is { } theirs && UserOf(OwnProcess) is { } own ? theirs.AsSpan().SequenceEqual(own) : null;
    }

    /// <summary>The identifier (SID) of the user in the token of a process.</summary>
    private static byte[]? UserOf(SafeProcessHandle process)
    {
        if (process.IsInvalid || !OpenToken(process, MayQueryToken, out var token))
            return null;
        using (token)
        {
            const int Longest = 256;
            var user = stackalloc byte[Longest];
            if (!TokenFacts(token, UserOfToken, user, Longest, out _))
                return null;
            // TOKEN_USER begins with a pointer to the identifier. The identifier begins with its revision and the number of its parts of four bytes.
            var identifier = *(byte**)user;
            return new ReadOnlySpan<byte>(identifier, 8 + (4 * identifier[1])).ToArray();
        }
    }

    /// <summary>Waits until exactly this process is gone.</summary>
    /// <returns>False when the agent cannot wait for it.</returns>
    public static bool WaitForEnd(ProcessId id)
    {
        using var process = Open(id.Pid, MayQuery | MayWait);
        return !process.IsInvalid && TimesOf(process, out var started, out _, out _, out _)
            && (started != id.StartTicks || WaitFor(process, uint.MaxValue) == Ended);
    }

    /// <summary>Ends exactly this process. There is no way to ask a process without a window to end itself.</summary>
    public static SignalOutcome Terminate(ProcessId id)
    {
        using var process = Open(id.Pid, MayQuery | MayWait | MayTerminate);
        if (process.IsInvalid)
            return Read(id.Pid)?.Id == id ? SignalOutcome.NotAllowed : SignalOutcome.Gone;
        if (!TimesOf(process, out var started, out _, out _, out _) || started != id.StartTicks || WaitFor(process, 0) != Runs)
            return SignalOutcome.Gone;
        return End(process, 1) ? SignalOutcome.Sent : SignalOutcome.NotAllowed;
    }

    private static BasicInformation? Basics(SafeProcessHandle process)
    {
        BasicInformation basics;
        return Query(process, 0, &basics, sizeof(BasicInformation), out _) == 0 ? basics : null;
    }

    private static nint? Parameters(SafeProcessHandle process) =>
        !process.IsInvalid && Basics(process) is { Block: not 0 } basics ? Read<nint>(process, basics.Block + ParametersOfBlock) : null;

    private static string NameOf(SafeProcessHandle process)
    {
        const int Longest = 1024;
        var path = stackalloc char[Longest];
        var length = Longest;
        return ImageName(process, 0, path, ref length) ? Path.GetFileName(new string(path, 0, length)) : "";
    }

    private static T? Read<T>(SafeProcessHandle process, nint at)
        where T : unmanaged
    {
        T value;
        return ReadMemory(process, at, &value, sizeof(T), out var read) && read == sizeof(T) ? value : null;
    }

    private static byte[]? ReadBytes(SafeProcessHandle process, nint at, int count)
    {
        var bytes = new byte[count];
        fixed (byte* into = bytes)
            return ReadMemory(process, at, into, count, out var read) && read == count ? bytes : null;
    }

    private static SafeProcessHandle OwnProcess => new(-1, ownsHandle: false);

    private static SafeProcessHandle Open(int pid, uint rights) => OpenProcess(rights, false, pid);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial SafeProcessHandle OpenProcess(uint rights, [MarshalAs(UnmanagedType.Bool)] bool inherited, int pid);

    [LibraryImport("advapi32", EntryPoint = "OpenProcessToken")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool OpenToken(SafeProcessHandle process, uint rights, out SafeAccessTokenHandle token);

    [LibraryImport("advapi32", EntryPoint = "GetTokenInformation")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool TokenFacts(SafeAccessTokenHandle token, int kind, void* into, int size, out int needed);

    [LibraryImport("kernel32", EntryPoint = "GetProcessTimes")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool TimesOf(SafeProcessHandle process, out long started, out long ended, out long kernel, out long user);

    [LibraryImport("kernel32", EntryPoint = "WaitForSingleObject")]
    private static partial uint WaitFor(SafeProcessHandle process, uint milliseconds);

    [LibraryImport("kernel32", EntryPoint = "TerminateProcess")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool End(SafeProcessHandle process, uint exitCode);

    [LibraryImport("kernel32", EntryPoint = "QueryFullProcessImageNameW")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ImageName(SafeProcessHandle process, uint flags, char* path, ref int length);

    [LibraryImport("kernel32", EntryPoint = "ReadProcessMemory")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ReadMemory(SafeProcessHandle process, nint at, void* into, nint count, out nint read);

    [LibraryImport("ntdll", EntryPoint = "NtQueryInformationProcess")]
    private static partial int Query(SafeProcessHandle process, int kind, void* into, int size, out int needed);

    [StructLayout(LayoutKind.Sequential)]
    private struct BasicInformation
    {
        public nint ExitStatus;
        public nint Block;
        public nint Affinity;
        public nint Priority;
        public nint Pid;
        public nint ParentPid;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct UnicodeString
    {
        public ushort Bytes;
        public ushort MostBytes;
        public nint Text;
    }
}
