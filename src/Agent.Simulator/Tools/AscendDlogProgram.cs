namespace Agent.Simulator.Tools;

/// <summary>The guide's collector: <c>ascend-dlog -d 0 -f DIR</c>. Found on no real host.</summary>
internal static class AscendDlogProgram
{
    public static int Run(World world, string[] arguments)
    {
        world.LogCall("ascend-dlog", arguments);
        var at = Array.IndexOf(arguments, "-f");
        if (at < 0 || at + 1 >= arguments.Length)
        {
            Console.Error.WriteLine("Usage: ascend-dlog -d DEVICE -f DIR");
            return 1;
        }

        DeviceLogFiles.CopyTo(world.DeviceLogs, arguments[at + 1]);
        Console.WriteLine($"collect device log to {arguments[at + 1]} finished");
        return 0;
    }
}
