using System.Globalization;
using Agent.Adapters.Files;
using Agent.Bundles;
using Agent.Configuration;
using Agent.ForeignText;

namespace Agent.Benchmarks;

/// <summary>
/// A bundle of a folder of logs, as it is written when something has broken, against tar of the same files. The agent also
/// redacts, hashes every file and flushes the archive to the disk.
/// </summary>
internal static class BundleBenchmark
{
    private const int Files = 8;
    private const long FileBytes = 25L * 1024 * 1024;
    private const int Rounds = 3;

    public static void Run(string folder)
    {
        var logs = Path.Combine(folder, "logs");
        Directory.CreateDirectory(logs);
        EngineLogFile.Write(Path.Combine(logs, "small.log"), 1024 * 1024, seed: 0);
        // For the compiler: code is no part of what a bundle needs.
        Write(folder, logs);
        for (var i = 0; i < Files; i++)
            EngineLogFile.Write(Path.Combine(logs, string.Create(CultureInfo.InvariantCulture, $"engine-{i}.log")), FileBytes, seed: i);

        List<Effort> bundle = [], tar = [];
        List<double> resident = [];
        List<double> allocated = [];
        var (ours, theirs) = (0L, 0L);
        for (var i = 0; i < Rounds; i++)
        {
            var memory = PeakMemory.Begin();
            bundle.Add(Effort.Of(() => ours = Write(folder, logs)));
            var (peak, bytes) = memory.End();
            resident.Add(peak);
            allocated.Add(bytes);
            var archive = Path.Combine(folder, "by-tar.tar.gz");
            tar.Add(Effort.OfChild("tar", "-czf", archive, "-C", folder, "logs").Effort);
            theirs = new FileInfo(archive).Length;
            File.Delete(archive);
        }

        Directory.Delete(logs, recursive: true);
        var (mine, tool) = (Effort.Median(bundle), Effort.Median(tar));
        Figures.Print(
            string.Create(CultureInfo.InvariantCulture, $"bundle: {Files} logs of {FileBytes / 1024 / 1024} MiB, median of {Rounds} rounds"),
            ["", "seconds", "CPU seconds", "tar is 1.00", "archive MB", "peak MB above idle", "MB allocated"],
            [
                ["Bundle", Figures.Number(mine.Seconds), Figures.Number(mine.CpuSeconds), Figures.Number(mine.Seconds / tool.Seconds), Megabytes(ours),
                    Megabytes(resident.Max()), Megabytes(Figures.Median(allocated))],
                ["tar czf", Figures.Number(tool.Seconds), Figures.Number(tool.CpuSeconds), "1.00", Megabytes(theirs), "", ""],
            ]);
    }

    private static string Megabytes(double bytes) => Figures.Number(bytes / 1e6, 1);

    /// <returns>Size of the archive.</returns>
    private static long Write(string folder, string logs)
    {
        var settings = new BundleSettings
        {
            Folder = Path.Combine(folder, "bundles"),
            MaxCount = 1,
            MaxBytes = long.MaxValue,
            MaxAge = TimeSpan.FromDays(1),
            FastDeadline = TimeSpan.FromHours(1),
            FullDeadline = TimeSpan.FromHours(1),
            FastMaxBytes = long.MaxValue,
            FullMaxBytes = long.MaxValue,
            SourceMaxBytes = long.MaxValue,
        };
        var redaction = new Redaction(["s3cret-of-the-benchmark", "another-of-the-configuration"]);
        var staging = new BundleStaging(settings, "benchmark", full: true);
        var bundle = new Bundle(settings, staging, [], _ => [new LogFolder(logs)], redaction, "host", "benchmark", full: true, TimeProvider.System);
        var (path, manifest) = bundle.WriteAsync(_ => { }, CancellationToken.None).GetAwaiter().GetResult();
        if (manifest.Sources.Any(s => s.Problems.Count > 0) || manifest.Entries.Count != Directory.GetFiles(logs).Length)
            throw new InvalidOperationException("the bundle of the benchmark is not whole");
        var size = new FileInfo(path).Length;
        File.Delete(path);
        return size;
    }

    private sealed class LogFolder(string path) : IBundleSource
    {
        public string Name => "logs";

        public bool IsSlow => false;

        public Loss LostBy => Loss.Nothing;

        public Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
        {
            var source = PlainFolder.Find(path)!;
            folder.WriteFiles(source, [.. source.Files()], name => "logs/" + name, FileBytes * 2);
            return Task.CompletedTask;
        }
    }
}
