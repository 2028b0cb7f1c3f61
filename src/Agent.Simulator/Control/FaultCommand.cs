using Agent.Simulator.Tools;

namespace Agent.Simulator.Control;

internal static class FaultCommand
{
    private const int Kill = 9;
    private const int Terminate = 15;

    private static readonly string[] OfChips = ["chips-unavailable", "chip-alarm", "chip-warning", "chip-worn-out", "memory-held", "ecc-uncorrectable",
        "chip-hot", "link-down", "chip-taken"];

    public static int Run(World world, string name, Flags flags)
    {
        if (!FaultList.Knows(name))
            throw new WorldException($"no fault '{name}'; there are: {string.Join(", ", FaultList.All.Select(f => f.Name))}");
        var npu = flags.Whole("--npu", 0, world.Settings.Chips - 1);
        if (npu is not null && !OfChips.Contains(name))
            throw new WorldException($"{name} is no fault of a chip: --npu goes with {string.Join(", ", OfChips)}");
        var port = flags.Whole("--port", 1, 65535);
        var engines = world.Engines().FindAll(e => port is null || e.Port == port);
        if (!FaultList.IsStanding(name) && engines.Count == 0)
            throw new WorldException($"{name} hits a running engine and none runs{(port is null ? "" : $" on port {port}")} in {world.Folder}; start one "
                + $"with {world.Bin}/vllm serve MODEL");
        if (name == "worker-killed" && engines.TrueForAll(e => e.Npus.Length == 1))
            throw new WorldException("worker-killed: an engine of one chip has no worker process, its worker runs in the engine core; use engine-exit");

        int[] npus = npu is { } one ? [one] : port is null ? world.Faults.DefaultNpus(name) : [.. engines.SelectMany(e => e.Npus)];
        world.Faults.Break(name, npus);
        if (name == "chip-taken")
            ForeignJob.Start(world, npus[0]);
        DeviceLogFiles.Record(world, name);
        foreach (var engine in engines.Where(e => name is "api-killed" or "sigterm-by-other"))
            Processes.Signal(engine.Pid, engine.StartTicks, name == "api-killed" ? Kill : Terminate);
        return ControlProgram.Say(FaultList.IsStanding(name) ? $"{name} is in force" : $"{name} has struck");
    }
}
