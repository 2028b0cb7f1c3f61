using System.ComponentModel;
using System.Runtime.InteropServices;
using Agent.Adapters.Files;

namespace Agent.Adapters.Processes;

/// <summary>
/// Becomes another program with the same process id, the same parent and the same cgroup. So a service manager that started this process watches the
/// other program, with no process of the agent in between.
/// </summary>
internal static unsafe partial class ProgramExchange
{
    private const int BrokenPipe = 13;
    private const nint Default = 0;

    /// <summary>Does not return when it succeeds.</summary>
    /// <param name="start">The program. Its log file must be there already: to make one takes more rights than this program may have.</param>
    /// <param name="mark">The text to put between an earlier run in the log file and this one.</param>
    /// <exception cref="Win32Exception">The program or its log file could not be opened.</exception>
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
        // Signal handlers end with this program. But ignored signals would stay ignored, and the runtime ignores SIGPIPE.
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
