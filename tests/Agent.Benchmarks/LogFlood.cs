using System.Diagnostics;
using System.Globalization;

namespace Agent.Benchmarks;

/// <summary>
/// Writes on in a log as fast as it is told, in a process of its own: what it takes is not to be counted with the reader's.
/// </summary>
internal static class LogFlood
{
    public const string Name = "log-flood";

    /// <param name="arguments">A file with what is written again and again, target, bytes a second, seconds.</param>
    public static int Write(string[] arguments)
    {
        var text = File.ReadAllBytes(arguments[0]);
        var (perSecond, seconds) = (long.Parse(arguments[2], CultureInfo.InvariantCulture), long.Parse(arguments[3], CultureInfo.InvariantCulture));
        using var file = new FileStream(arguments[1], FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var begun = Stopwatch.GetTimestamp();
        for (long written = 0; written < perSecond * seconds;)
        {
            for (var due = Math.Min(perSecond * seconds, (long)(Stopwatch.GetElapsedTime(begun).TotalSeconds * perSecond)); written < due;)
            {
                var from = (int)(written % text.Length);
                var count = (int)Math.Min(text.Length - from, due - written);
                file.Write(text.AsSpan(from, count));
                written += count;
            }

            Thread.Sleep(10);
        }

        return 0;
    }
}
