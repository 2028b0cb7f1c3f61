using System.Diagnostics;
using System.Globalization;

namespace Agent.Benchmarks;

/// <summary>
/// Writes lines as a driver in distress does, as many a second as it is told, in a process of its own: what it takes is not to
/// be counted with the reader's.
/// </summary>
internal static class KernelFlood
{
    public const string Name = "kernel-flood";

    /// <param name="arguments">Target, lines a second, seconds.</param>
    public static int Write(string[] arguments)
    {
        var (target, perSecond, seconds) =
            (arguments[0], int.Parse(arguments[1], CultureInfo.InvariantCulture), int.Parse(arguments[2], CultureInfo.InvariantCulture));
        var isKernel = target.StartsWith("/dev/", StringComparison.Ordinal);
        // Without a buffer: /dev/kmsg takes each write as one record.
        using var file = new FileStream(target, isKernel ? FileMode.Open : FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var begun = Stopwatch.GetTimestamp();
        for (var number = 0; number < perSecond * seconds;)
        {
            for (var due = Math.Min(perSecond * seconds, (int)(Stopwatch.GetElapsedTime(begun).TotalSeconds * perSecond)); number < due; number++)
                file.Write(System.Text.Encoding.ASCII.GetBytes(isKernel ? "<4>" + Line(number)
                    : string.Create(CultureInfo.InvariantCulture, $"4,{number},{number},-;{Line(number)}")));
            Thread.Sleep(2);
        }

        return 0;
    }

    // One line in a thousand is an error.
    private static string Line(int number) =>
        string.Create(CultureInfo.InvariantCulture,
            $"[ascend] [devmm] [{(number % 1000 == 0 ? "ERROR" : "WARN")}] [devmm_svm_flood 248] <npu-agent-flood:4711> page fault {number}, "
            + $"va=0x12c{number:x9}, ret=-14.\n");
}
