using System.Diagnostics;
using System.Globalization;
using Agent.Simulator.Control;

namespace Agent.Simulator.Tools;

/// <summary>A job of somebody else on a chip. It holds memory, and ends when the fault is healed.</summary>
internal static class ForeignJob
{
    public const string Program = "python3-job";

    private const int Megabytes = 20480;

    public static void Start(World world, int chip)
    {
        // The job has pipes of its own: a caller that waits for the output of `simulator fault` must not wait for the job.
        var start = new ProcessStartInfo(Processes.Simulator) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])["--world", world.Folder, Program, chip.ToString(CultureInfo.InvariantCulture)])
            start.ArgumentList.Add(word);
        start.Environment[DownCommand.Marker] = world.Folder;
        Process.Start(start)!.Dispose();
    }

    public static async Task<int> RunAsync(World world, string[] arguments)
    {
        Processes.SetName("python3");
        world.Memory.Hold(int.Parse(arguments[0], CultureInfo.InvariantCulture), Megabytes, "python3");
        while (world.Exists && world.Faults.Stands("chip-taken"))
            await Task.Delay(100);
        return 0;
    }
}
