using Agent.Simulator.Vllm;

namespace Agent.Simulator.Control;

/// <summary>Sets the report that engines play from their next start on, and tells the running engine when to go on with it.</summary>
internal static class PlayCommand
{
    public static int Run(World world, string[] words) => words switch
    {
        ["mid"] => GoOn(world, ReportPlayer.GoOn, "what comes in between is played"),
        ["then"] => GoOn(world, ReportPlayer.End, "the end is played"),
        _ => Set(world, new Flags(words, "--start", "--mid", "--then", "--exit", "--signal", "--serves", "--survivor")),
    };

    private static int Set(World world, Flags flags)
    {
        _ = world.Settings;
        world.Report = new Report(
            Existing(flags, "--start"), Existing(flags, "--mid"), Existing(flags, "--then"),
            flags.Whole("--exit", 0, 255) ?? 0, flags.Whole("--signal", 1, 64) ?? 0,
            flags.Choice("--serves", "yes", "yes", "no") == "yes", flags.Choice("--survivor", "no", "yes", "no") == "yes");
        return ControlProgram.Say("engines that start from now on play it");
    }

    private static int GoOn(World world, string fault, string said)
    {
        if (world.Engines().Count == 0)
            throw new WorldException($"no engine runs in {world.Folder}, so none can go on with its report; start one with {world.Bin}/vllm serve MODEL");
        world.Faults.Break(fault, []);
        return ControlProgram.Say(said);
    }

    private static string? Existing(Flags flags, string flag)
    {
        if (flags.Text(flag) is not { } file)
            return null;
        return File.Exists(file) ? Path.GetFullPath(file) : throw new WorldException($"{flag}: there is no file {file}");
    }
}
