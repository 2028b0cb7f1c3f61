using System.Globalization;

namespace Agent.Simulator.Tools;

/// <summary>The real collector: writes a tree named by the time into its working folder.</summary>
internal static class MsnpureportProgram
{
    public static int Run(World world, string[] arguments)
    {
        world.LogCall("msnpureport", arguments);
        if (arguments is not ([] or ["report", ..]))
        {
            Console.Error.WriteLine($"ERROR: Invalid option: {arguments[0]}");
            return 1;
        }

        var folder = Path.Combine(Environment.CurrentDirectory, DateTime.UtcNow.ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture));
        DeviceLogFiles.CopyTo(world.DeviceLogs, folder);
        Console.WriteLine($"export log to {folder} finished");
        return 0;
    }
}
