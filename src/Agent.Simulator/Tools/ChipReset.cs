namespace Agent.Simulator.Tools;

/// <summary><c>npu-smi set -t reset</c>: it asks twice on stdin, then resets every chip of the board, not only the named one.</summary>
internal static class ChipReset
{
    private const double Seconds = 3;
    private const int Aborted = 200;
    private const int Failed = 201;
    private const int Occupied = 196;

    public static async Task<int> RunAsync(World world, string[] arguments)
    {
        if (NpuSmiProgram.Number(arguments, "-i") is not { } card || !world.Chips.Contains(card))
            return NpuSmiProgram.InvalidCard();
        if (NpuSmiProgram.Number(arguments, "-m") is not 1)
            return NpuSmiProgram.Fail("Chip reset is not supported. Please check BMC version and IPMI driver.", Failed);
        if (NpuSmiProgram.Number(arguments, "-c") is not 0)
            return NpuSmiProgram.Fail("Must input parameter of chip id.", Failed);

        Console.WriteLine("Resetting the standard PCIe card or NPU chip may cause a system hang or abnormal reset during service running.");
        if (!Asked("Are you sure you want to continue resetting?(Y/N)")
            || !Asked("It's AMP mode, but hccs is on, it will reboot all devices, do you want to continue reboot? [y/n]"))
            return Aborted;
        if (world.Memory.Holders() is [_, ..] holders)
            return NpuSmiProgram.Fail($"\tStatus                         : Fail\n\tMessage                        : Failed to reset, other processes use the "
                + $"NPUs: {string.Join(' ', holders.Select(h => h.Pid).Distinct())}", Occupied);

        Console.WriteLine("\tMessage                        : resetting ...");
        await Task.Delay(world.Pace(Seconds));
        if (world.Faults.Stands("reset-fails"))
            return NpuSmiProgram.Fail("Failed to reset server", Failed);
        // The real tool overwrites the result, and says success after a failed reset, too.
        if (!world.Faults.Stands("reset-lies"))
            world.ResetChips();
        return NpuSmiProgram.Fail("\tStatus                         : OK\n\tMessage                        : Reset chip successfully", 0);
    }

    private static bool Asked(string question)
    {
        Console.Write(question);
        var answer = Console.ReadLine();
        Console.WriteLine();
        return answer?.Trim() is "Y" or "y";
    }
}
