using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Agent.Adapters.Processes;

/// <summary>
/// <see cref="DetachedProcess"/> on Windows: no window, a process group of its own. It inherits only its log and an empty input from the agent.
/// </summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class WindowsStart
{
    private const uint OwnGroup = 0x200;
    private const uint UnicodeEnvironment = 0x400;
    private const uint ExtendedStartup = 0x80000;
    private const uint NoWindow = 0x8000000;
    private const int UsesHandles = 0x100;
    private const nint HandleList = 0x20002;
    private const uint Ended = 0;

    // The exit code of a child is there as long as somebody has a handle of the child.
    private static readonly ConcurrentDictionary<int, SafeProcessHandle> _children = [];

    /// <exception cref="Win32Exception">The program could not be started.</exception>
    public static ProcessId Start(DetachedStart start)
    {
        var command = start.Found();
        using var log = new FileStream(start.LogFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete | FileShare.Inheritable,
            bufferSize: 0);
        using var nothing = new FileStream("NUL", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Inheritable, bufferSize: 0);
        var handles = stackalloc nint[] { log.SafeFileHandle.DangerousGetHandle(), nothing.SafeFileHandle.DangerousGetHandle() };
        nint size = 0;
        _ = InitializeAttributes(null, 1, 0, ref size);
        var attributes = new byte[size];
        fixed (byte* list = attributes)
        fixed (char* environment = Block(ChildEnvironment.Clean(start.Environment)))
        fixed (char* program = command.Program + '\0')
        fixed (char* line = WindowsCommandLine.Of(command) + '\0')
        {
            Check(InitializeAttributes(list, 1, 0, ref size));
            Check(UpdateAttribute(list, 0, HandleList, handles, 2 * sizeof(nint), null, null));
            var startup = new Startup
            {
                Size = sizeof(Startup),
                Flags = UsesHandles,
                Input = handles[1],
                Output = handles[0],
                Error = handles[0],
                Attributes = list
            };
            Check(CreateProcess(program, line, null, null, true, OwnGroup | UnicodeEnvironment | ExtendedStartup | NoWindow, environment, null, &startup,
                out var started));
            _ = Close(started.Thread);
            _children[started.Pid] = new SafeProcessHandle(started.Process, ownsHandle: true);
            // The handle keeps the process there even if it has ended already.
            return WindowsProcesses.Read(started.Pid)?.Id ?? throw new Win32Exception($"process {started.Pid} was started and cannot be looked at");
        }
    }

    /// <summary>Exit code of a child that ended; null when it runs or is no child of this process.</summary>
    public static int? TryReap(int pid)
    {
        if (!_children.TryGetValue(pid, out var child) || WaitFor(child, 0) != Ended || !ExitCodeOf(child, out var code))
            return null;
        if (_children.TryRemove(pid, out _))
            child.Dispose();
        return code;
    }

    private static string Block(IReadOnlyDictionary<string, string> environment) =>
        string.Concat(environment.OrderBy(e => e.Key, StringComparer.OrdinalIgnoreCase).Select(e => $"{e.Key}={e.Value}\0")) + '\0';

    private static void Check(bool done)
    {
        if (!done)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("kernel32", EntryPoint = "InitializeProcThreadAttributeList", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool InitializeAttributes(byte* list, int count, int flags, ref nint size);

    [LibraryImport("kernel32", EntryPoint = "UpdateProcThreadAttribute", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool UpdateAttribute(byte* list, uint flags, nint attribute, void* value, nint size, void* before, nint* beforeSize);

    [LibraryImport("kernel32", EntryPoint = "CreateProcessW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateProcess(char* program, char* line, void* process, void* thread, [MarshalAs(UnmanagedType.Bool)] bool inherits,
        uint flags, char* environment, char* folder, Startup* startup, out Started started);

    [LibraryImport("kernel32", EntryPoint = "GetExitCodeProcess")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ExitCodeOf(SafeProcessHandle process, out int code);

    [LibraryImport("kernel32", EntryPoint = "WaitForSingleObject")]
    private static partial uint WaitFor(SafeProcessHandle process, uint milliseconds);

    [LibraryImport("kernel32", EntryPoint = "CloseHandle")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool Close(nint handle);

    /// <summary>STARTUPINFOEXW.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Startup
    {
        public int Size;
        public nint Reserved;
        public nint Desktop;
        public nint Title;
        public int X;
        public int Y;
        public int Width;
        public int Height;
        public int Columns;
        public int Rows;
        public int Fill;
        public int Flags;
        public short Show;
        public short ReservedBytes;
        public nint ReservedText;
        public nint Input;
        public nint Output;
        public nint Error;
        public byte* Attributes;
    }

    /// <summary>PROCESS_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Started
    {
        public nint Process;
        public nint Thread;
        public int Pid;
        public int ThreadId;
    }
}
