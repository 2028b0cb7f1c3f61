using System.Globalization;
using System.Runtime.InteropServices;

namespace Agent.Benchmarks;

/// <summary>
/// Measures the agent beside the plain tools that an operator would use instead, in one run, and prints a table. It asserts
/// nothing: a time limit in a test says more about the machine than about the program.
/// </summary>
internal static class Program
{
    private static readonly (string Name, Action<string> Run)[] All =
    [
        ("table", ChipTableBenchmark.Run),
        ("scrape", ScrapeBenchmark.Run),
        ("signatures", SignatureBenchmark.Run),
        ("bundle", BundleBenchmark.Run),
        ("kernel-log", KernelLogBenchmark.Run),
        ("follow", FollowBenchmark.Run),
    ];

    private static int Main(string[] args)
    {
        if (args is [KernelFlood.Name, .. var flood])
            return KernelFlood.Write(flood);
        if (args is [LogFlood.Name, .. var text])
            return LogFlood.Write(text);
        var name = args.FirstOrDefault() ?? "all";
        var wanted = All.Where(b => name == "all" || b.Name == name).ToList();
        if (wanted.Count == 0 || args.Length > 1)
        {
            Console.Error.WriteLine($"one of: {string.Join(' ', All.Select(b => b.Name))} all");
            return 2;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} processors"));
        var folder = Directory.CreateTempSubdirectory("npu-agent-benchmark-").FullName;
        try
        {
            foreach (var (_, run) in wanted)
                run(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }
}
