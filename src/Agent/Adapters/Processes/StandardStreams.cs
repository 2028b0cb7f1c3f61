using System.Runtime.InteropServices;

namespace Agent.Adapters.Processes;

/// <summary>
/// Input, output and error; a caller may have closed them. The next files to be opened would then get their numbers, and printed text would go into
/// the database or the log. So each closed stream is led to /dev/null.
/// </summary>
internal static partial class StandardStreams
{
    private const int Output = 1;
    private const int Error = 2;
    private const int GetFlags = 1;
    private const int GetMode = 3;
    private const int AccessMode = 0x3;
    private const int ReadOnly = 0;
    private const int ReadWrite = 2;

    /// <summary>
    /// The number of this stream belongs to a file that is read. The runtime opens some files before the program begins, under free numbers.
    /// </summary>
    public static bool OutputIsClosed => IsRead(Output);

    /// <summary>As <see cref="OutputIsClosed"/>.</summary>
    public static bool ErrorIsClosed => IsRead(Error);

    public static void Hold()
    {
        if (OperatingSystem.IsWindows())
            return;
        // The loop begins at the lowest number, because a new descriptor gets the lowest free number.
        for (var stream = 0; stream <= Error; stream++)
        {
            if (Ask(stream, GetFlags) < 0)
                _ = Open("/dev/null", ReadWrite);
        }
    }

    private static bool IsRead(int stream) => !OperatingSystem.IsWindows() && (Ask(stream, GetMode) & AccessMode) == ReadOnly;

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Ask(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
