using System.Diagnostics;
using System.Globalization;
using System.Text;
using Agent.Adapters.NpuSmi;

namespace Agent.Benchmarks;

/// <summary>Reading the table of npu-smi for a host of sixteen chips: it is read every few seconds for as long as the host lives.</summary>
internal static class ChipTableBenchmark
{
    private const int Chips = 16;
    private const int Rounds = 15;
    private const int ParsesPerRound = 400;

    public static void Run(string folder)
    {
        var text = Table();
        var read = NpuSmiTable.Parse(text);
        if (read.Chips.Count != Chips || !read.ListsProcesses)
            throw new InvalidOperationException("the table of the benchmark was not read whole");

        // Enough for the compiler to be done with it.
        for (var i = 0; i < 5; i++)
            Round(text);
        List<(double Microseconds, double Bytes)> rounds = [];
        for (var i = 0; i < Rounds; i++)
            rounds.Add(Round(text));
        var (time, bytes) = (Figures.Median(rounds.Select(r => r.Microseconds)), Figures.Median(rounds.Select(r => r.Bytes)));
        Figures.Print(
            string.Create(CultureInfo.InvariantCulture, $"table: npu-smi info of {Chips} chips, {text.Length} characters, median of {Rounds} rounds"),
            ["", "microseconds", "bytes allocated", "MB/s"],
            [["NpuSmiTable.Parse", Figures.Number(time, 1), Figures.Number(bytes, 0), Figures.Number(text.Length / time, 1)]]);
    }

    private static (double Microseconds, double Bytes) Round(string text)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < ParsesPerRound; i++)
            NpuSmiTable.Parse(text);
        var time = Stopwatch.GetElapsedTime(begun);
        return (time.TotalMicroseconds / ParsesPerRound, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)ParsesPerRound);
    }

    /// <summary>In the layout of driver 25: eight cards of two chips, and a worker on each chip.</summary>
    private static string Table()
    {
        const string Ruler = "+---------------------------+---------------+----------------------------------------------------+\n";
        const string Thick = "+===========================+===============+====================================================+\n";
        var text = new StringBuilder("+------------------------------------------------------------------------------------------------+\n")
            .Append("| npu-smi 25.2.0                   Version: 25.2.0                                               |\n").Append(Ruler)
            .Append("| NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|\n")
            .Append("| Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |\n").Append(Thick);
        for (var i = 0; i < Chips; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {i / 2,-5} {"910B3",-19} | {"OK",-13} | {95.5 + i,-11:F1} {40 + i,-17} {"0    / 0",-20} |\n")
                .Append(CultureInfo.InvariantCulture,
                    $"| {i % 2,-25} | {$"0000:{i + 1:X2}:00.0",-13} | {i * 5,-11} {"0    / 0",-17} {$"{21000 + i}/ 65536",-20} |\n").Append(Thick);
        }

        text.Append(Ruler).Append("| NPU     Chip              | Process id    | Process name             | Process memory(MB)      |\n").Append(Thick);
        for (var i = 0; i < Chips; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {i / 2,-7} {i % 2,-17} | {1601114 + i,-13} | {"VLLMWorker_TP",-24} | {18429 + i,-23} |\n");
            if (i % 2 == 1)
                text.Append(Thick);
        }

        return text.ToString();
    }
}
