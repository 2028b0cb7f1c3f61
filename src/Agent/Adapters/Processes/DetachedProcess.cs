using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Agent.Adapters.Processes;

/// <summary>A program to start so that it outlives the agent.</summary>
internal sealed record DetachedStart(CommandLine Command, IReadOnlyDictionary<string, string> Environment, string LogFile)
{
    public static IReadOnlyDictionary<string, string> InheritedEnvironment(IReadOnlyDictionary<string, string> additions) =>
        ChildEnvironment.Inherited(additions);

    /// <summary>The command with the path of its program found.</summary>
    /// <exception cref="Win32Exception">There is no such program, or it must not be run.</exception>
    public CommandLine Found() => Command with { Program = ProgramPath.Find(Command.Program, Environment.GetValueOrDefault("PATH")) };
}

/// <summary>
/// Starts a program in a session of its own, by posix_spawn. Its output is appended to a file. It has no pipe to the agent, so it never gets SIGPIPE
/// or SIGHUP when the agent goes. Signal dispositions are put back to their defaults, because the .NET runtime ignores SIGPIPE and a child would
/// inherit that.
/// </summary>
internal static unsafe partial class DetachedProcess
{
    private const short SetSigDefault = 0x04;
    private const short SetSigMask = 0x08;
    private const short SetSession = 0x80;
    private const int WriteOnlyCreateAppend = 0x1 | 0x40 | 0x400;
    private const int NoHang = 1;

    // glibc keeps these structures opaque. They have 336, 80 and 128 bytes on its 64-bit targets; some more room costs nothing.
    private const int AttributesSize = 512;
    private const int ActionsSize = 256;
    private const int SignalSetSize = 128;

    /// <exception cref="Win32Exception">The program could not be started.</exception>
    public static ProcessId Start(DetachedStart start)
    {
        if (OperatingSystem.IsWindows())
            return WindowsStart.Start(start);
        var attributes = stackalloc byte[AttributesSize];
        var actions = stackalloc byte[ActionsSize];
        var signals = stackalloc byte[SignalSetSize];
        Check(AttributesInit(attributes));
        Check(ActionsInit(actions));
        try
        {
            Check(SetFlags(attributes, SetSigDefault | SetSigMask | SetSession));
            FillSet(signals);
            Check(SetDefault(attributes, signals));
            EmptySet(signals);
            Check(SetMask(attributes, signals));
            Check(AddOpen(actions, 0, "/dev/null", 0, 0));
            Check(AddOpen(actions, 1, start.LogFile, WriteOnlyCreateAppend, Convert.ToUInt32("640", 8)));
            Check(AddDup(actions, 1, 2));

            var command = start.Found();
            using var arguments = new NativeStrings([command.Program, .. command.Arguments]);
            using var environment = NativeStrings.Of(ChildEnvironment.Clean(start.Environment));
            int pid;
            Check(Spawn(&pid, command.Program, actions, attributes, arguments.Pointer, environment.Pointer));
            OomScore.NoBetterThanOthers(pid);
            // The child was forked a moment ago and nobody else can reap it. So it is there, as a zombie at worst.
            return new ProcessTable().Read(pid)?.Id ?? throw new Win32Exception(3);
        }
        finally
        {
            _ = ActionsDestroy(actions);
            _ = AttributesDestroy(attributes);
        }
    }

    /// <summary>
    /// Exit code of a child that ended, or minus the signal that ended it; null when it runs or is no child of this process. This asks for one pid
    /// only, so .NET's own children are not touched.
    /// </summary>
    public static int? TryReap(int pid)
    {
        if (OperatingSystem.IsWindows())
            return WindowsStart.TryReap(pid);
        int status;
        if (WaitPid(pid, &status, NoHang) != pid)
            return null;
        var signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : -signal;
    }

    private static void Check(int error)
    {
        if (error != 0)
            throw new Win32Exception(error);
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(int* pid, string path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int AttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int AttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetDefault(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int SetMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int ActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int ActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddOpen(byte* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDup(byte* actions, int descriptor, int copy);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    private static partial int FillSet(byte* signals);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static partial int EmptySet(byte* signals);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitPid(int pid, int* status, int options);
}
