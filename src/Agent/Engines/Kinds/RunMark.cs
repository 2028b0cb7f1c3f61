using System.Globalization;
using System.Text;
using Agent.Adapters.Files;
using Agent.Adapters.Processes;
using Agent.Engines.Logs;

namespace Agent.Engines.Kinds;

/// <summary>
/// The line in an engine's log after which a new run begins that the agent did not start. The engine's user may make no new file beside
/// the log that the agent made. So the new run goes on in the same file. Lines of an earlier run are not taken for lines of this one.
/// </summary>
internal static class RunMark
{
    /// <summary>The mark with line ends around it, because the previous run may have ended in the middle of a line.</summary>
    public static byte[] Of(ProcessId main) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"\nnpu-agent: process {main.Pid}, started {main.StartTicks} ticks after boot, begins here\n"));

    /// <returns>The place where the output of this process begins. 0 when nothing is before it.</returns>
    public static long BeginOf(string log, ProcessId main)
    {
        try
        {
            using var file = File.OpenHandle(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var from = FileHead.FirstData(file, 0);
            return LogPieces.EndOf(file, Of(main), ref from) ?? 0;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
