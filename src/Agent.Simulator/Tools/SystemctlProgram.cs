using System.Globalization;

namespace Agent.Simulator.Tools;

/// <summary>systemctl of a host with the unit devdrv (profile guide) or without it (profile ascend).</summary>
internal static class SystemctlProgram
{
    private const string Unit = "devdrv";
    private const int NotRunning = 3;
    private const int NoSuchUnit = 4;
    private const int NotFound = 5;

    public static async Task<int> RunAsync(World world, string[] arguments)
    {
        world.LogCall("systemctl", arguments);
        var (words, properties, quiet) = Split(arguments);
        if (arguments.Contains("--version"))
            return Say("systemd 255 (255.4-1)", 0);
        var unit = words.Count > 1 ? words[1].EndsWith(".service", StringComparison.Ordinal) ? words[1] : words[1] + ".service" : "";
        var engines = new EngineUnits(world);
        if (engines.Knows(unit))
            return OfEngine(engines, words, properties, arguments, unit, quiet);
        var known = unit == Unit + ".service" && world.Settings.Profile == "guide";
        return (words.Count > 0 ? words[0] : "") switch
        {
            "is-system-running" => Say("running", 0),
            "show" => Show(world, properties, known, unit),
            "is-active" when known => Say(quiet ? "" : State(world).Active, State(world).Active == "active" ? 0 : NotRunning),
            "is-active" => Say(quiet ? "" : "inactive", NoSuchUnit),
            "is-failed" => Say(quiet ? "" : known ? State(world).Active : "inactive", known && State(world).Active == "failed" ? 0 : 1),
            "status" when known => Status(world),
            "status" => Complain($"Unit {unit} could not be found.", NoSuchUnit),
            "restart" or "start" or "stop" or "try-restart" when !known => Complain($"Failed to {words[0]} {unit}: Unit {unit} not found.", NotFound),
            "start" when State(world).Active == "active" => 0,
            "restart" or "start" => await RestartAsync(world),
            "stop" => Stop(world),
            "reset-failed" or "daemon-reload" => 0,
            var other => Complain($"Unknown command verb '{other}'.", 1),
        };
    }

    /// <summary>The words, and the properties that -p and --property name, wherever they stand.</summary>
    private static (List<string> Words, List<string> Properties, bool Quiet) Split(string[] arguments)
    {
        List<string> words = [];
        List<string> properties = [];
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            if (argument is "-p" or "--property" && i + 1 < arguments.Length)
                properties.AddRange(arguments[++i].Split(','));
            else if (argument.StartsWith("--property=", StringComparison.Ordinal))
                properties.AddRange(argument["--property=".Length..].Split(','));
            else if (argument.StartsWith("-p", StringComparison.Ordinal))
                properties.AddRange(argument[2..].Split(','));
            else if (!argument.StartsWith('-'))
                words.Add(argument);
        }

        return (words, properties, arguments.Contains("-q") || arguments.Contains("--quiet"));
    }

    private static int OfEngine(EngineUnits engines, List<string> words, List<string> wanted, string[] arguments, string unit, bool quiet)
    {
        var shown = engines.Show(unit);
        var active = shown["ActiveState"];
        return words[0] switch
        {
            "show" => Say(string.Join('\n', shown.Where(p => wanted.Count == 0 || wanted.Contains(p.Key)).Select(p => $"{p.Key}={p.Value}")), 0),
            "start" => engines.Start(unit),
            "stop" => engines.Stop(unit),
            "kill" => engines.Signal(unit, arguments.Contains("--signal=SIGKILL") ? EngineUnits.Kill : EngineUnits.Terminate),
            "reset-failed" => engines.Forget(unit),
            "is-active" => Say(quiet ? "" : active, active == "active" ? 0 : NotRunning),
            "is-failed" => Say(quiet ? "" : active, active == "failed" ? 0 : 1),
            var other => Complain($"Unknown command verb '{other}'.", 1),
        };
    }

    private static int Show(World world, List<string> wanted, bool known, string unit)
    {
        var (active, sub) = known ? State(world) : ("inactive", "dead");
        var since = known ? world.Driver.Now().ActiveSince.ToString("ddd yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) : "";
        foreach (var (key, value) in ((string, string)[])
            [
                ("Id", unit), ("LoadState", known ? "loaded" : "not-found"), ("ActiveState", active), ("SubState", sub),
                    ("Result", active == "failed" ? "exit-code" : "success"), ("MainPID", "0"),
                ("NRestarts", "0"), ("ActiveEnterTimestamp", since), ("ExecMainStatus", active == "failed" ? "1" : "0"),
            ])
        {
            if (wanted.Count == 0 || wanted.Contains(key))
                Console.WriteLine($"{key}={value}");
        }

        return 0;
    }

    private static int Status(World world)
    {
        var (active, sub) = State(world);
        Console.WriteLine($"{(active == "failed" ? "×" : "●")} {Unit}.service - NPU device driver\n     Loaded: loaded "
            + $"(/usr/lib/systemd/system/{Unit}.service; enabled; preset: enabled)\n     Active: {active} ({sub}) since "
            + $"{world.Driver.Now().ActiveSince:ddd yyyy-MM-dd HH:mm:ss} UTC");
        return active == "active" ? 0 : NotRunning;
    }

    private static int Stop(World world)
    {
        world.Driver.Stop();
        return 0;
    }

    private static async Task<int> RestartAsync(World world)
    {
        world.Driver.BeginRestart();
        while (world.Driver.Now().RestartUntil is not null)
            await Task.Delay(20);
        return world.Driver.Now().Failed
            ? Complain($"Job for {Unit}.service failed because the control process exited with error code.\nSee \"systemctl status {Unit}.service\" and "
                + $"\"journalctl -xeu {Unit}.service\" for details.", 1)
            : 0;
    }

    private static (string Active, string Sub) State(World world) => world.Driver.Now() switch
    {
        { RestartUntil: not null } => ("activating", "start"),
        { Stopped: true } => ("inactive", "dead"),
        { Failed: true } => ("failed", "failed"),
        _ => world.Faults.Stands("driver-down") ? ("failed", "failed") : ("active", "exited"),
    };

    private static int Say(string text, int code)
    {
        if (text.Length > 0)
            Console.Out.WriteLine(text);
        return code;
    }

    private static int Complain(string text, int code)
    {
        Console.Error.WriteLine(text);
        return code;
    }
}
