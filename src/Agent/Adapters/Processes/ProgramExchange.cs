using System.ComponentModel;
using System.Runtime.InteropServices;
using Agent.Adapters.Files;

namespace Agent.Adapters.Processes;

/// <summary>
/// Becomes another program: same process id, same parent, same cgroup. So a service manager that started this process watches
/// the other one, with no process of the agent in between.
/// </summary>
internal static unsafe partial class ProgramExchange
{
    private const int BrokenPipe = 13;
    private const nint Default = 0;

    /// <summary>Does not return when it succeeds.</summary>
    /// <param name="start">The program. Its log file is there: who makes it is more than this program may be.</param>
    /// <param name="mark">What is put between an earlier run that is in the log file and this one.</param>
    /// <exception cref="Win32Exception">The program, or its log file, could not be opened.</exception>
    public static void Become(DetachedStart start, ReadOnlySpan<byte> mark)
    {
        var command = start.Found();
        using var log = Descriptor.Open(null, start.LogFile, OpenFlags.Append);
        if (log.IsInvalid)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{start.LogFile} cannot be written: {Marshal.GetLastPInvokeErrorMessage()}");
        if (RandomAccess.GetLength(log) is > 0 and var length)
            RandomAccess.Write(log, mark, length);
        using var arguments = new NativeStrings([command.Program, .. command.Arguments]);
        using var environment = NativeStrings.Of(ChildEnvironment.Clean(start.Environment));
        _ = Duplicate((int)log.DangerousGetHandle(), 1);
        _ = Duplicate((int)log.DangerousGetHandle(), 2);
        // Handlers end with this program; what it ignores, and the runtime ignores SIGPIPE, would stay ignored.
        _ = Handle(BrokenPipe, Default);
        _ = Execute(command.Program, arguments.Pointer, environment.Pointer);
        throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{command.Program}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Duplicate(int descriptor, int copy);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Handle(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, byte** arguments, byte** environment);
}
