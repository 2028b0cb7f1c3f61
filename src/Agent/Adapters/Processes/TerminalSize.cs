using System.Runtime.InteropServices;

namespace Agent.Adapters.Processes;

/// <summary>
/// The width of the terminal behind standard output or error. The kernel is asked directly: the class library would take over signals and settings of
/// the terminal.
/// </summary>
internal static partial class TerminalSize
{
    private const int Output = 1;
    private const int Error = 2;
    private const nuint GetWindowSize = 0x5413;

    /// <returns>Null when it is no terminal, or a terminal that does not know its width, such as a serial line.</returns>
    public static int? Columns() => Console.IsOutputRedirected ? null : Of(Output);

    /// <summary>As <see cref="Columns"/>, for standard error.</summary>
    public static int? ColumnsOfError() => Console.IsErrorRedirected ? null : Of(Error);

    private static int? Of(int stream)
    {
        if (OperatingSystem.IsWindows())
            return Console.WindowWidth;
        return Ask(stream, GetWindowSize, out var size) == 0 && size.Columns > 0 ? size.Columns : null;
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Ask(int descriptor, nuint request, out WindowSize size);

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelsWide;
        public ushort PixelsHigh;
    }
}
