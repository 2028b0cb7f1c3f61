using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Agent.Adapters.Processes;

/// <summary>
/// Becomes another program: same process id, same parent, same cgroup. So a service manager that started this process watches
/// the other one, with no process of the agent in between.
/// </summary>
internal static unsafe partial class ProgramExchange
{
    private const int WriteOnlyCreateAppend = 0x1 | 0x40 | 0x400;
    private const int BrokenPipe = 13;
    private const nint Default = 0;

    /// <summary>Does not return when it succeeds.</summary>
    /// <exception cref="Win32Exception">The program, or its log file, could not be opened.</exception>
    public static void Become(DetachedStart start)
    {
        var program = DetachedProcess.Find(start.Command.Program, start.Environment);
        var log = Open(start.LogFile, WriteOnlyCreateAppend, Convert.ToInt32("640", 8));
        if (log < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{start.LogFile} cannot be written: {Marshal.GetLastPInvokeErrorMessage()}");
        using var arguments = new NativeStrings([program, .. start.Command.Arguments]);
        using var environment = new NativeStrings([.. start.Environment.Select(e => $"{e.Key}={e.Value}")]);
        _ = Duplicate(log, 1);
        _ = Duplicate(log, 2);
        _ = Close(log);
        // Handlers end with this program; what it ignores, and the runtime ignores SIGPIPE, would stay ignored.
        _ = Handle(BrokenPipe, Default);
        _ = Execute(program, arguments.Pointer, environment.Pointer);
        throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{program}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Duplicate(int descriptor, int copy);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Handle(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, byte** arguments, byte** environment);
}
