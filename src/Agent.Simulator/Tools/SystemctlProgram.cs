namespace Agent.Simulator.Tools;

/// <summary>systemctl of a host that has the unit devdrv (profile guide) or has not (profile ascend).</summary>
internal static class SystemctlProgram
{
    private const string Unit = "devdrv";

    public static async Task<int> RunAsync(World world, string[] arguments)
    {
        world.LogCall("systemctl", arguments);
        string[] words = [.. arguments.Where(a => !a.StartsWith('-'))];
        var known = words.Length > 1 && words[1] is Unit or Unit + ".service" && world.Settings.Profile == "guide";
        return words switch
        {
            ["show", ..] => Show(world, arguments, known),
            ["is-active", ..] => Say(known ? State(world).Active : "inactive", known && State(world).Active == "active" ? 0 : 3),
            ["status", ..] when known => Say($"● {Unit}.service - NPU device driver\n     Active: {State(world).Active} ({State(world).Sub})", State(world).Active == "active" ? 0 : 3),
            ["status", var unit, ..] => Say($"Unit {unit} could not be found.", 4),
            ["restart" or "start", _, ..] when known => await RestartAsync(world),
            ["restart" or "start" or "stop", var unit, ..] when !known => Say($"Failed to {words[0]} {unit}: Unit {unit} not found.", 5),
            ["stop", ..] => Say("", 0),
            _ => Say($"Unknown operation {(words.Length > 0 ? words[0] : "")}.", 1),
        };
    }

    private static int Show(World world, string[] arguments, bool known)
    {
        var wanted = arguments.Where(a => a.StartsWith("--property=", StringComparison.Ordinal)).SelectMany(a => a["--property=".Length..].Split(','))
            .Concat(arguments.SkipWhile(a => a != "-p").Skip(1).Take(1).SelectMany(a => a.Split(',')))
            .ToList();
        var (active, sub) = known ? State(world) : ("inactive", "dead");
        foreach (var (key, value) in ((string, string)[])
            [("LoadState", known ? "loaded" : "not-found"), ("ActiveState", active), ("SubState", sub), ("Result", active == "failed" ? "exit-code" : "success"), ("MainPID", "0"), ("NRestarts", "0"), ("ExecMainStatus", active == "failed" ? "1" : "0")])
        {
            if (wanted.Count == 0 || wanted.Contains(key))
                Console.WriteLine($"{key}={value}");
        }

        return 0;
    }

    private static async Task<int> RestartAsync(World world)
    {
        world.BeginDriverRestart();
        while (world.DriverNow().RestartUntil is not null)
            await Task.Delay(50);
        return world.DriverNow().Failed ? Say($"Job for {Unit}.service failed because the control process exited with error code.\nSee \"systemctl status {Unit}.service\" and \"journalctl -xeu {Unit}.service\" for details.", 1, error: true) : 0;
    }

    private static (string Active, string Sub) State(World world)
    {
        var state = world.DriverNow();
        if (state.RestartUntil is not null)
            return ("activating", "start");
        return state.Failed || world.Fault("driver-down") is not null ? ("failed", "failed") : ("active", "exited");
    }

    private static int Say(string text, int code, bool error = false)
    {
        if (text.Length > 0)
            (error || code > 1 ? Console.Error : Console.Out).WriteLine(text);
        return code;
    }
}
