using System.Diagnostics;

namespace Agent.Simulator.Tools;

/// <summary>
/// Units of the host that run engines, in the manner of systemd: it starts the main process in a session of its own, keeps its output for the
/// journal, and tells how it ended. The words about the end are given beforehand: they stand for those of this host's systemd.
/// </summary>
internal sealed class EngineUnits(World world)
{
    public const int Terminate = 15;
    public const int Kill = 9;

    private readonly WorldFiles _files = new(world.Folder);

    public void Define(string name, string[] command, Dictionary<string, string> end)
    {
        Directory.CreateDirectory(_files.Path("units"));
        _files.Write(File(name), new EngineUnit(command, end, null), WorldJson.Default.EngineUnit);
    }

    public bool Knows(string name) => Find(name) is not null;

    public string Output(string invocation) => _files.Path($"units/{invocation}.log");

    public int Start(string name)
    {
        if (Find(name) is not { } unit || IsRunning(unit))
            return 0;
        var invocation = Guid.NewGuid().ToString("N");
        // A shell becomes setsid, and setsid becomes the main process. So the process number stays the same all the way.
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, WorkingDirectory = "/" };
        foreach (var word in (string[])["-c", "exec setsid \"$@\" >>\"$0\" 2>&1 </dev/null", Output(invocation), .. unit.Command])
            start.ArgumentList.Add(word);
        using var main = Process.Start(start)!;
        Save(name, unit with { Run = new UnitRun(main.Id, Processes.StartTicks(main.Id) ?? 0, invocation) });
        return 0;
    }

    public int Stop(string name) => Signal(name, Terminate, wait: true);

    public int Signal(string name, int signal, bool wait = false)
    {
        if (Find(name) is not { Run: { } run })
            return 0;
        foreach (var pid in signal == Kill ? Processes.Descendants(run.Pid) : [])
            Processes.Signal(pid, Processes.StartTicks(pid) ?? 0, signal);
        Processes.Signal(run.Pid, run.StartTicks, signal);
        while (wait && Processes.IsAlive(run.Pid, run.StartTicks))
            Thread.Sleep(20);
        return 0;
    }

    public int Forget(string name)
    {
        if (Find(name) is { } unit && !IsRunning(unit))
            Save(name, unit with { Run = null });
        return 0;
    }

    public Dictionary<string, string> Show(string name)
    {
        var unit = Find(name)!;
        Dictionary<string, string> said = new(StringComparer.Ordinal)
        {
            ["Id"] = name,
            ["LoadState"] = "loaded",
            ["ActiveState"] = "inactive",
            ["SubState"] = "dead",
            ["Result"] = "success",
            ["MainPID"] = "0",
            ["NRestarts"] = "0",
            ["ExecMainCode"] = "0",
            ["ExecMainStatus"] = "0",
            ["InvocationID"] = unit.Run?.Invocation ?? "",
            ["Restart"] = "no",
            ["OOMPolicy"] = "stop",
            ["UnitFileState"] = "enabled",
        };
        if (IsRunning(unit))
        {
            (said["ActiveState"], said["SubState"], said["MainPID"]) = ("active", "running", $"{unit.Run!.Pid}");
        }
        else if (unit.Run is not null)
        {
            foreach (var (key, value) in unit.End)
                said[key] = value;
            if (said["Result"] != "success")
                (said["ActiveState"], said["SubState"]) = ("failed", "failed");
        }

        return said;
    }

    private static bool IsRunning(EngineUnit unit) => unit.Run is { } run && Processes.IsAlive(run.Pid, run.StartTicks);

    private static string File(string name) => $"units/{name}.json";

    private EngineUnit? Find(string name) => _files.Read(File(name), WorldJson.Default.EngineUnit);

    private void Save(string name, EngineUnit unit) => _files.Write(File(name), unit, WorldJson.Default.EngineUnit);
}
