using System.Runtime.InteropServices;
using System.Text;

namespace Agent.Simulator.Tools;

/// <summary>npu-smi of driver 25.2.0 on 910B3 boards. Layouts, texts and exit codes are as in the captures.</summary>
internal static class NpuSmiProgram
{
    private const int NoDriver = 187;
    private const int InvalidParameter = 215;

    // The tool knows these queries, but no 910B3 answers them.
    private static readonly string[] Unsupported = ["product", "p2p-enable", "current-fault-event", "spod-info"];

    public static async Task<int> RunAsync(World world, string[] arguments)
    {
        world.LogCall("npu-smi", arguments);
        if (world.Faults.Stands("npu-smi-hang") || (arguments is ["info", "-m"] && world.Faults.Stands("npu-smi-no-mapping")))
            await HangAsync();
        if (world.Faults.Stands("npu-smi-slow"))
            await Task.Delay(TimeSpan.FromSeconds(5));
        if (world.Faults.Stands("npu-smi-garbage"))
            return Garbage();
        if (world.Driver.IsDown || world.Faults.Stands("npu-smi-fails"))
            return Fail("DrvMngGetConsoleLogLevel failed. (ret=4)\ndcmi module initialize failed. ret is -8005", NoDriver);

        return arguments switch
        {
            ["info"] => Print(world, NpuSmiTexts.Table(world)),
            ["info", "-l"] => Print(world, NpuSmiTexts.List(world)),
            ["info", "-m"] => Print(world, NpuSmiTexts.Mapping(world)),
            ["info", "-t", var type, .. var rest] => Query(world, type, rest),
            ["info", "-t"] => Fail("Error parameter of -t", InvalidParameter),
            ["set", "-t", "reset", .. var rest] => await ChipReset.RunAsync(world, rest),
            ["set", "-t", var type, ..] => Print(world, $"This device does not support setting {type}.\n"),
            ["-v"] => Print(world, "npu-smi version: 25.2.0\n"),
            [] or ["-h" or "--help"] => Print(world, "Usage: npu-smi -h|--help|-v|info|set|clear|upgrade\n"),
            ["info", "-h"] => Print(world, "Usage: npu-smi info <watch|proc|-h|-m|-l|-t type> [Options...]\n"),
            _ => Fail("Command or option is not found.", InvalidParameter),
        };
    }

    /// <summary>The value of a flag as a number.</summary>
    public static int? Number(string[] arguments, string flag)
    {
        var at = Array.IndexOf(arguments, flag);
        return at >= 0 && at + 1 < arguments.Length && int.TryParse(arguments[at + 1], out var value) ? value : null;
    }

    public static int Fail(string text, int code)
    {
        Console.WriteLine(text);
        return code;
    }

    public static int InvalidCard() => Fail("Invalid card id.\nError parameter of -i\nUsage: npu-smi info <watch|proc|-h|-m|-l|-t type> [Options...]",
        InvalidParameter);

    private static int Query(World world, string type, string[] rest)
    {
        if (Unsupported.Contains(type))
            return Print(world, $"This device does not support querying {type}.\n");
        if (!NpuSmiTypes.Knows(type))
            return Fail("Error parameter of -t", InvalidParameter);
        if (Number(rest, "-i") is not { } card)
            return Fail("This command must input card id.", InvalidParameter);
        if (!world.Chips.Contains(card))
            return InvalidCard();
        var byChip = rest.Contains("-c");
        if (byChip && Number(rest, "-c") is not 0)
            return Fail("Error parameter of -c", InvalidParameter);
        return Print(world, NpuSmiTypes.Text(world, type, card, byChip));
    }

    private static async Task HangAsync()
    {
        using var ignored = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => c.Cancel = true);
        await Task.Delay(Timeout.Infinite);
    }

    private static int Garbage()
    {
        using var raw = Console.OpenStandardOutput();
        var bytes = new byte[4096];
        new Random(7).NextBytes(bytes);
        raw.Write(bytes);
        return 0;
    }

    private static int Print(World world, string text)
    {
        using var raw = Console.OpenStandardOutput();
        raw.Write(Encoding.UTF8.GetBytes(world.Faults.Stands("npu-smi-cut") ? text[..(text.Length * 2 / 5)] : text));
        return 0;
    }
}
