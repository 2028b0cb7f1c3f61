using System.Globalization;

namespace Agent.Simulator;

/// <summary>Makes, breaks, heals and ends a simulated host.</summary>
internal static class ControlProgram
{
    private const string Help = """
        A simulated Kunpeng + Ascend host: npu-smi, the driver's unit, the log collector and vLLM, as programs that share one folder.

          simulator up --world DIR [--profile guide|ascend] [--chips 8] [--pace 1]
          simulator fault NAME [--npu N] --world DIR
          simulator heal [NAME] --world DIR
          simulator faults
          simulator status --world DIR
          simulator down --world DIR

        The world may also be named by SIMULATED_HOST. A pace of 10 makes everything ten times as fast.
        """;

    public static Task<int> RunAsync(World world, string[] arguments) => Task.FromResult(arguments switch
    {
        ["up", .. var rest] => Up(world, rest),
        ["fault", var name, .. var rest] => Break(world, name, rest),
        ["heal"] => Heal(world, world.Faults.ToList()),
        ["heal", var name] => Heal(world, [name]),
        ["faults"] => List(),
        ["status"] => Status(world),
        ["down"] => Down(world),
        ["--help" or "-h"] => Say(Help, 0),
        _ => Say(Help, 1),
    });

    private static int Up(World world, string[] rest)
    {
        var profile = Value(rest, "--profile") ?? "guide";
        if (profile is not ("guide" or "ascend"))
            return Say($"--profile: found '{profile}', allowed: guide, ascend", 1);
        if (!int.TryParse(Value(rest, "--chips") ?? "8", out var chips) || chips is < 1 or > 8)
            return Say("--chips: allowed 1 to 8", 1);
        if (!double.TryParse(Value(rest, "--pace") ?? "1", NumberStyles.Float, CultureInfo.InvariantCulture, out var pace) || pace is < 0.1 or > 100)
            return Say("--pace: allowed 0.1 to 100", 1);
        world.Create(new WorldSettings(profile, chips, pace));
        string[] programs = profile == "guide" ? ["npu-smi", "systemctl", "vllm", "ascend-dlog"] : ["npu-smi", "systemctl", "vllm", "msnpureport"];
        foreach (var program in programs)
        {
            var path = Path.Combine(world.Bin, program);
            File.WriteAllText(path, $"#!/bin/sh\nexport SIMULATED_PROCESS_OF='{world.Folder}'\nexec '{Environment.ProcessPath}' {program} --world '{world.Folder}' \"$@\"\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("755", 8));
        }

        return Say($"simulated host in {world.Folder}, profile {profile}, {chips} chips\nexport PATH={world.Bin}:$PATH", 0);
    }

    private static int Break(World world, string name, string[] rest)
    {
        if (!FaultList.Knows(name))
            return Say($"no fault '{name}'; there are: {string.Join(", ", FaultList.All.Select(f => f.Name))}", 1);
        int? npu = null;
        if (Value(rest, "--npu") is { } text)
        {
            if (!int.TryParse(text, out var number) || number < 0 || number >= world.Settings.Chips)
                return Say($"--npu: found '{text}', allowed 0 to {world.Settings.Chips - 1}", 1);
            npu = number;
        }

        world.Break(name, npu);
        foreach (var engine in world.Engines())
        {
            if (name == "api-killed")
                Processes.Kill(engine.Pid, 9);
            if (name == "sigterm-by-other")
                Processes.Kill(engine.Pid, 15);
        }

        return Say($"{name} is in force", 0);
    }

    private static int Heal(World world, List<string> names)
    {
        foreach (var name in names)
            world.Heal(name);
        return Say($"healed: {(names.Count == 0 ? "nothing was broken" : string.Join(", ", names))}", 0);
    }

    private static int List()
    {
        foreach (var (name, standing, story) in FaultList.All)
            Console.WriteLine($"{name,-22} {(standing ? "standing" : "once"),-9} {story}");
        return 0;
    }

    private static int Status(World world)
    {
        Console.WriteLine($"profile {world.Settings.Profile}, pace {world.Settings.Pace}, chips {string.Join(' ', world.Chips)} of {world.Settings.Chips}, driver {(world.DriverIsDown ? "down" : "up")}");
        Console.WriteLine($"faults: {string.Join(' ', world.Faults)}");
        foreach (var engine in world.Engines())
            Console.WriteLine($"engine on port {engine.Port}: process {engine.Pid}");
        foreach (var holder in world.Holders())
            Console.WriteLine($"chip {holder.Chip}: {holder.Megabytes} MB by {holder.Pid} {holder.Name}");
        return 0;
    }

    private static int Down(World world)
    {
        foreach (var engine in world.Engines())
            Processes.Kill(engine.Pid, 9);
        foreach (var holder in world.Holders())
            Processes.Kill(holder.Pid, 9);
        // Whatever else was started in this world names it on its command line or in its environment.
        foreach (var process in Directory.EnumerateDirectories("/proc").Select(p => Path.GetFileName(p)).Where(p => int.TryParse(p, out _)))
        {
            if (int.Parse(process!, CultureInfo.InvariantCulture) != Environment.ProcessId && Belongs(process!, world))
                Processes.Kill(int.Parse(process!, CultureInfo.InvariantCulture), 9);
        }

        Directory.Delete(world.Folder, recursive: true);
        return Say($"{world.Folder} is gone", 0);
    }

    private static bool Belongs(string pid, World world)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/environ").Split('\0').Contains($"SIMULATED_PROCESS_OF={world.Folder}");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? Value(string[] arguments, string flag)
    {
        var at = Array.IndexOf(arguments, flag);
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }

    private static int Say(string text, int code)
    {
        (code == 0 ? Console.Out : Console.Error).WriteLine(text);
        return code;
    }
}
