using System.Globalization;

namespace Agent.Simulator.Tools;

/// <summary>The guide's collector: <c>ascend-dlog -d 0 -f DIR</c>. It was found on no real host.</summary>
internal static class AscendDlogProgram
{
    public static int Run(World world, string[] arguments)
    {
        world.LogCall("ascend-dlog", arguments);
        var (device, folder) = (Value(arguments, "-d"), Value(arguments, "-f"));
        if (folder is null)
            return Fail("Usage: ascend-dlog -d DEVICE -f DIR");
        int? chip = null;
        if (device is not null)
        {
            if (!int.TryParse(device, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number >= world.Settings.Chips)
                return Fail($"ERROR: Invalid device id: {device}");
            chip = number;
        }

        Console.WriteLine($"start to export device {device ?? "all"} log to {folder}");
        var count = DeviceLogFiles.CopyTo(world.DeviceLogs, folder, chip, name => Console.WriteLine($"export {name} success"));
        Console.WriteLine($"export finished, {count} files");
        return 0;
    }

    private static string? Value(string[] arguments, string flag)
    {
        var at = Array.IndexOf(arguments, flag);
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }

    private static int Fail(string text)
    {
        Console.Error.WriteLine(text);
        return 1;
    }
}
