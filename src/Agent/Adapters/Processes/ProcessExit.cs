using System.Runtime.InteropServices;

namespace Agent.Adapters.Processes;

/// <summary>
/// Tells the end of one process when it happens. It uses a descriptor of the process if the kernel has such descriptors (5.3 and later, and Windows).
/// For a child it waits as the parent. Otherwise it looks every quarter of a second. None of the three takes the exit status away from the part that
/// reaps the child.
/// </summary>
internal sealed partial class ProcessExit(ProcessTable processes, TimeProvider clock)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    // The number is the same on every architecture that has this call.
    private const nint OpenDescriptor = 434;
    private const short Readable = 1;
    private const int OfProcess = 1;
    private const int ExitedAndLeaveIt = 4 | 0x01000000;
    private const int StatusSize = 128;
    private const int Interrupted = 4;

    /// <summary>Ends when the process is gone, or is a zombie.</summary>
    public async Task WaitAsync(ProcessId id, CancellationToken cancellation)
    {
        // The wait lasts as long as an engine serves, so it has a thread of its own. The thread ends with the process or with the agent.
        var waited = await Task.Factory.StartNew(() => OperatingSystem.IsWindows() ? WindowsProcesses.WaitForEnd(id) : WaitByDescriptor(id)
            || WaitAsParent(id), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(cancellation);
        if (!waited)
            await WaitByLookingAsync(id, cancellation);
    }

    /// <returns>False when it cannot be done: an old kernel, or a container that forbids it.</returns>
    internal bool WaitByDescriptor(ProcessId id)
    {
        var descriptor = (int)SystemCall(OpenDescriptor, id.Pid, 0);
        if (descriptor < 0)
            return false;
        try
        {
            // The id may have gone to another process before it was opened.
            var wait = new Poll { Descriptor = descriptor, Events = Readable };
            while (processes.IsAlive(id))
            {
                if (WaitReadable(ref wait, 1, -1) < 0 && Marshal.GetLastPInvokeError() != Interrupted)
                    return false;
            }

            return true;
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <returns>False when it is no child of this process.</returns>
    internal bool WaitAsParent(ProcessId id)
    {
        Span<byte> status = stackalloc byte[StatusSize];
        while (processes.IsAlive(id))
        {
            if (WaitId(OfProcess, id.Pid, ref status[0], ExitedAndLeaveIt) < 0 && Marshal.GetLastPInvokeError() != Interrupted)
                return false;
        }

        return true;
    }

    internal async Task WaitByLookingAsync(ProcessId id, CancellationToken cancellation)
    {
        while (processes.IsAlive(id))
            await Task.Delay(BetweenLooks, clock, cancellation);
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint pid, nint flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int WaitReadable(ref Poll descriptor, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    private static partial int WaitId(int kind, int pid, ref byte status, int options);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
