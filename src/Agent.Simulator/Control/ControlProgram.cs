namespace Agent.Simulator.Control;

/// <summary>Makes, breaks, heals and ends a simulated host.</summary>
internal static class ControlProgram
{
    private const string Help = """
        A simulated Kunpeng + Ascend host: npu-smi, the driver's unit, the log collector and vLLM, as programs that share one folder.

          simulator up --world DIR [--profile guide|ascend] [--chips 8] [--pace 1]
                                                      makes the host; its programs lie in DIR/bin
          simulator fault NAME [--npu N | --port P] --world DIR
                                                      breaks something, of one chip or of the engine on a port
          simulator heal [NAME] --world DIR           puts it right, or everything
          simulator play [--start FILE] [--mid FILE] [--then FILE] [--exit CODE] [--signal N] [--serves yes|no] [--survivor yes|no]
                                                      engines print these files for their own lines, and end so
          simulator play mid|then                     the running engine goes on with it
          simulator unit NAME.service END.json COMMAND...
                                                      a unit that runs an engine; what systemctl shows at its end is in the file
          simulator faults [--output json]            what can be broken
          simulator status --world DIR [--output json]
          simulator down --world DIR                  kills every process of the host and removes the folder

        The world may also be named by SIMULATED_HOST. A pace of 10 makes start-up, driver restart and reset ten times as
        fast; tokens keep their time (20 ms), so that limits on them mean the same at any pace.
        Every call of a program of the host is a line in DIR/calls.log; DIR/service.log tells when an engine began and ceased to serve.
        """;

    public static int Run(World world, string[] arguments) => arguments switch
    {
        ["up", .. var rest] => UpCommand.Run(world, new Flags(rest, "--profile", "--chips", "--pace")),
        ["fault", var name, .. var rest] when !name.StartsWith('-') => FaultCommand.Run(world, name, new Flags(rest, "--npu", "--port")),
        ["fault", ..] => throw new WorldException("fault: which one? `simulator faults` lists them"),
        ["play", .. var words] => PlayCommand.Run(world, words),
        ["unit", .. var words] => UnitCommand.Run(world, words),
        ["heal", .. var names] => Heal(world, names),
        ["faults", .. var rest] => StatusCommand.Faults(new Flags(rest, "--output")),
        ["status", .. var rest] => StatusCommand.Run(world, new Flags(rest, "--output")),
        ["down"] => DownCommand.Run(world),
        ["--help" or "-h" or "help", ..] => Say(Help),
        [] => throw new WorldException(Help),
        _ => throw new WorldException($"'{string.Join(' ', arguments)}' is not understood; see `simulator --help`"),
    };

    public static int Say(string text)
    {
        Console.Out.WriteLine(text);
        return 0;
    }

    private static int Heal(World world, string[] names)
    {
        _ = world.Settings;
        if (Array.Find(names, n => !FaultList.Knows(n)) is { } unknown)
            throw new WorldException($"no fault '{unknown}'; `simulator faults` lists them");
        string[] healed = names.Length > 0 ? names : [.. world.Faults.All];
        Array.ForEach(healed, world.Faults.Heal);
        return Say($"healed: {(healed.Length == 0 ? "nothing was broken" : string.Join(", ", healed))}");
    }
}
