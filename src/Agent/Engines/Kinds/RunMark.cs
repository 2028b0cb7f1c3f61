using System.Globalization;
using System.Text;
using Agent.Adapters.Files;
using Agent.Adapters.Processes;
using Agent.Engines.Logs;

namespace Agent.Engines.Kinds;

/// <summary>
/// The line in an engine's log behind which a run begins that somebody else than the agent started. The engine's user may make no
/// file beside the log that the agent made for it, so it goes on in that one, and what an earlier run told is not told of this one.
/// </summary>
internal static class RunMark
{
    /// <summary>With the ends of lines around it: the run before may have ended in the middle of one.</summary>
    public static byte[] Of(ProcessId main) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\nnpu-agent: process {main.Pid}, started {main.StartTicks} ticks after boot, begins here\n"));

    /// <returns>Where what this process wrote begins; 0 when nothing is before it.</returns>
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
