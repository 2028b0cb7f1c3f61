namespace Agent.Simulator.Tools;

/// <summary>npu-smi of driver 25.2.0 on 910B3 boards; layouts and texts as in the captures.</summary>
internal static class NpuSmiProgram
{
    private const int NoDriver = 187;
    private const int InvalidParameter = 215;
    private const int ResetFailed = 201;
    private const int Aborted = 200;

    public static async Task<int> RunAsync(World world, string[] arguments)
    {
        world.LogCall("npu-smi", arguments);
        if (world.Fault("npu-smi-hang") is not null)
            await HangAsync();
        if (world.Fault("npu-smi-slow") is not null)
            await Task.Delay(TimeSpan.FromSeconds(5));
        if (world.DriverIsDown || world.Fault("npu-smi-fails") is not null)
        {
            Console.WriteLine("DrvMngGetConsoleLogLevel failed. (ret=4)");
            Console.WriteLine("dcmi module initialize failed. ret is -8005");
            return NoDriver;
        }

        return arguments switch
        {
            ["info"] => Table(world),
            ["info", "-l"] => Print(NpuSmiTexts.List(world)),
            ["info", "-m"] => Print(NpuSmiTexts.Mapping(world)),
            ["info", "-t", var type, .. var rest] => Query(world, type, rest),
            ["set", "-t", "reset", .. var rest] => await ResetAsync(world, rest),
            ["-v"] => Print("npu-smi version: 25.2.0\n"),
            [] or ["-h"] => Print("Usage: npu-smi -h|--help|-v|info|set|clear|upgrade\n"),
            _ => Fail("Command or option is not found.", InvalidParameter),
        };
    }

    private static async Task HangAsync()
    {
        using var ignored = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, c => c.Cancel = true);
        await Task.Delay(Timeout.Infinite);
    }

    private static int Table(World world)
    {
        var text = NpuSmiTexts.Table(world);
        if (world.Fault("npu-smi-garbage") is not null)
        {
            using var raw = Console.OpenStandardOutput();
            var bytes = new byte[4096];
            new Random(7).NextBytes(bytes);
            raw.Write(bytes);
            return 0;
        }

        return Print(world.Fault("npu-smi-cut") is not null ? text[..(text.Length * 2 / 5)] : text);
    }

    private static int Query(World world, string type, string[] rest)
    {
        if (Number(rest, "-i") is not { } chip)
            return Fail("This command must input card id.", InvalidParameter);
        if (!world.Chips.Contains(chip))
            return Fail("Invalid card id.", InvalidParameter);
        return type switch
        {
            "health" => Print(NpuSmiTexts.Health(world, chip)),
            "usages" => Print(NpuSmiTexts.Usages(world, chip)),
            "temp" => Print($"NPU Temperature (C)            : {NpuSmiTexts.Temperature(world, chip)}\n"),
            "power" => Print($"NPU Real-time Power(W)         : {NpuSmiTexts.Power(world, chip)}\n"),
            "ecc" => Print(NpuSmiTexts.Ecc(chip)),
            "common" => Print(NpuSmiTexts.Common(world, chip)),
            "proc-mem" => Print(NpuSmiTexts.ProcessMemory(world, chip)),
            "board" or "memory" or "product" or "p2p-enable" => Print($"This device does not support querying {type}.\n"),
            _ => Print("Error parameter of -t\n"),
        };
    }

    private static async Task<int> ResetAsync(World world, string[] rest)
    {
        if (Number(rest, "-i") is not { } chip || !world.Chips.Contains(chip))
            return Fail("Invalid card id.", InvalidParameter);
        Console.Write("The NPU reset will interrupt the service of the device, are you sure to reset it? (Y/N)");
        if (Console.ReadLine()?.Trim() is not ("Y" or "y"))
            return Fail("\nabort", Aborted);
        Console.Write("It's AMP mode, but hccs is on, it will reboot all devices, do you want to continue reboot? [y/n]");
        if (Console.ReadLine()?.Trim() is not ("Y" or "y"))
            return Fail("\nabort", Aborted);
        if (world.Holders().Count > 0)
            return Fail("\nFailed to reset server. There are processes on the device group.", ResetFailed);
        Console.WriteLine("\nresetting ...");
        await Task.Delay(world.Pace(3));
        if (world.Fault("reset-fails") is not null)
            return Fail("Failed to reset server", ResetFailed);
        world.ResetChips();
        return Print("Reset chip successfully.\n");
    }

    private static int? Number(string[] arguments, string flag)
    {
        var at = Array.IndexOf(arguments, flag);
        return at >= 0 && at + 1 < arguments.Length && int.TryParse(arguments[at + 1], out var value) ? value : null;
    }

    private static int Print(string text)
    {
        Console.Write(text);
        return 0;
    }

    private static int Fail(string text, int code)
    {
        Console.WriteLine(text);
        return code;
    }
}
