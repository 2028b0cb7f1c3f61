using System.Globalization;

namespace Agent.Simulator.Tools;

/// <summary>The real collector. It writes a tree, named by the time, into its working folder.</summary>
internal static class MsnpureportProgram
{
    public static int Run(World world, string[] arguments)
    {
        world.LogCall("msnpureport", arguments);
        if (arguments is ["help" or "--help" or "-h", ..])
        {
            Console.WriteLine("Usage:  msnpureport <subcommand> [OPTIONS]\nsubcommand:\n  config               configure settings and queries\n  report      "
                + "         get device log\n  help                 get help information\n  version              get version information");
            return 0;
        }

        if (arguments is not ([] or ["report", ..] or ["-a" or "-f"]))
        {
            Console.Error.WriteLine($"ERROR: Invalid option: {arguments[0]}");
            return 1;
        }

        var at = Array.IndexOf(arguments, "-d");
        int? chip = at >= 0 && at + 1 < arguments.Length && int.TryParse(arguments[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : null;
        var folder = Path.Combine(Environment.CurrentDirectory, DateTime.UtcNow.ToString("yyyy-MM-dd-HH-mm-ss", CultureInfo.InvariantCulture));
        Directory.CreateDirectory(folder);
        DeviceLogFiles.CopyTo(world.DeviceLogs, folder, chip, _ => { });
        Console.WriteLine($"Export finished, log path: {folder}.");
        return 0;
    }
}
